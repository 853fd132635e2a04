import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/postgres/data-source-options';
import { runMigrations } from '../../src/platform/postgres/migrate';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase } from '../support/servers';
import type { TestDatabase } from '../support/servers';

const expectNoOpenHandles = watchOpenHandles();
const TABLES = ['acts', 'cursors', 'rounds', 'timer_events', 'timers', 'trades'];
let database: TestDatabase;
let sources: DataSource[] = [];

async function connect(): Promise<DataSource> {
  const source = await new DataSource(dataSourceOptions(database.url)).initialize();
  sources.push(source);
  return source;
}

async function tablesOf(source: DataSource): Promise<string[]> {
  const rows = await source.query<{ name: string }[]>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_name <> 'schema_migrations' order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** A database as a first start finds it. */
async function emptied(): Promise<DataSource> {
  const source = await connect();
  await source.query('drop schema public cascade');
  await source.query('create schema public');
  return source;
}

beforeEach(async () => {
  database = await testDatabase();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(sources.map(async (source) => await source.destroy()));
  sources = [];
  await database.drop();
});

afterAll(async () => {
  await expectNoOpenHandles();
});

describe('the migrations', () => {
  it('go up, down to nothing, and up again', async () => {
    const source = await emptied();
    const names = await runMigrations(source);
    expect(names[0]).toBe('CreateEventLog1732350000000');
    expect(await tablesOf(source)).toEqual(expect.arrayContaining(TABLES));
    for (let left = names.length; left > 0; left -= 1) await source.undoLastMigration();
    expect(await tablesOf(source)).toEqual([]);
    expect(await runMigrations(source)).toEqual(names);
    expect(await tablesOf(source)).toEqual(expect.arrayContaining(TABLES));
  });

  it('have nothing to do the second time', async () => {
    expect(await runMigrations(await connect())).toEqual([]);
  });
});

describe('runMigrations', () => {
  it('does the work once when three instances start at once on an empty database', async () => {
    await emptied();
    const instances = await Promise.all([connect(), connect(), connect()]);
    const results = await Promise.all(instances.map(async (instance) => await runMigrations(instance)));
    const counts = results.map(({ length }) => length).sort((a, b) => a - b);
    expect(counts.slice(0, 2)).toEqual([0, 0]);
    expect(counts[2]).toBeGreaterThan(0);
    expect(await tablesOf(await connect())).toEqual(expect.arrayContaining(TABLES));
  });

  it('waits while another instance holds the lock, and gives it back', async () => {
    const [holder, waiter] = [await emptied(), await connect()];
    const runner = holder.createQueryRunner();
    await runner.query('select pg_advisory_lock(1732350000)');
    let isDone = false;
    const migrating = runMigrations(waiter).finally(() => (isDone = true));
    await holder.query('select pg_sleep(0.5)');
    expect(isDone).toBe(false);
    await runner.query('select pg_advisory_unlock(1732350000)');
    await runner.release();
    expect((await migrating).length).toBeGreaterThan(0);
    const [row] = await holder.query<{ free: boolean }[]>('select pg_try_advisory_lock(1732350000) as free');
    expect(row?.free).toBe(true);
  });

  it('tells the cause when Postgres refuses, and leaves the lock free', async () => {
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const source = await emptied();
    await source.query('create table trades (x integer)');
    await expect(runMigrations(source)).rejects.toMatchObject({
      code: 'PLATFORM_MIGRATION_FAILED',
      cause: expect.objectContaining({ code: '42P07' }),
    });
    expect(await tablesOf(source)).toEqual(['trades']);
    await source.query('drop table trades');
    expect((await runMigrations(await connect())).length).toBeGreaterThan(0);
  });
});
