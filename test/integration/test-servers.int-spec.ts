import { Redis } from 'ioredis';
import { Client } from 'pg';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnPostgres, startOwnRedis } from '../support/own-servers';
import { testDatabase, testRedis } from '../support/servers';

const expectNoOpenHandles = watchOpenHandles();
afterAll(expectNoOpenHandles);

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('testRedis', () => {
  it('gives suites one server and prefixes that differ', async () => {
    await using one = await testRedis();
    await using two = await testRedis();
    expect(one.url).toBe(two.url);
    expect(one.keyPrefix).not.toBe(two.keyPrefix);
    await one.client.set(`${one.keyPrefix}:x`, '1');
    expect(await two.client.get(`${one.keyPrefix}:x`)).toBe('1');
  });
});

describe('testDatabase', () => {
  it('gives suites databases that do not see each other, also when asked at once', async () => {
    const databases = await Promise.all([testDatabase(), testDatabase(), testDatabase()]);
    await Promise.all(databases.map(({ url }, n) => query(url, `create table mine as select ${n} as n`)));
    const rows = await Promise.all(databases.map(({ url }) => query(url, 'select n from mine')));
    expect(rows).toEqual([[{ n: 0 }], [{ n: 1 }], [{ n: 2 }]]);
    await Promise.all(databases.map((database) => database.drop()));
    await expect(query(databases[0].url, 'select 1')).rejects.toThrow(/does not exist/);
  });
});

describe('startOwnRedis', () => {
  it('keeps its address and its data over kill and start', async () => {
    await using server = await startOwnRedis();
    const { url, pid } = server;
    const client = new Redis(url);
    client.on('error', () => undefined);
    await client.set('kept', 'yes');
    await server.kill();
    await server.start();
    expect(server.url).toBe(url);
    expect(server.pid).not.toBe(pid);
    expect(await client.get('kept')).toBe('yes');
    client.disconnect();
  });
});

describe('startOwnPostgres', () => {
  it('keeps its address and its data over kill, start and stop', async () => {
    await using server = await startOwnPostgres();
    await query(server.url, 'create table kept as select 1 as n');
    await server.kill();
    await server.start();
    expect(await query(server.url, 'select n from kept')).toEqual([{ n: 1 }]);
    await server.stop();
    await expect(query(server.url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  });
});
