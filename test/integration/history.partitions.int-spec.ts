import { DataSource } from 'typeorm';
import { parseChange } from '../../src/history/change.parser';
import { monthName } from '../../src/history/domain/months';
import { EventRepository } from '../../src/history/event.repository';
import { PartitionKeeper } from '../../src/history/partition.keeper';
import { MONTHLY_TABLES, PartitionStore } from '../../src/history/partition.store';
import { dataSourceOptions } from '../../src/platform/postgres/data-source-options';
import { HistoryBench } from '../support/history-bench';
import { changeRecord, foldedTrade, resetEvent } from '../support/history-records';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase } from '../support/servers';

const expectNoOpenHandles = watchOpenHandles();
const JUNE = Date.parse('2026-06-01T00:00:00Z');
const SEPTEMBER = Date.parse('2026-09-01T00:00:00Z');
let bench: HistoryBench;

beforeEach(async () => {
  bench = await HistoryBench.open();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

afterAll(async () => {
  await expectNoOpenHandles();
});

async function write(revision: number, ...times: readonly number[]): Promise<void> {
  const trades = times.map((blockTimeMs, at) => foldedTrade(`S${revision}-${at}`, { blockTimeMs }));
  const [first] = trades;
  const events = first === undefined ? [] : [resetEvent(revision, first, { atMs: first.blockTimeMs })];
  const change = parseChange(JSON.stringify(changeRecord(revision, { trades, events })), 'global');
  await new EventRepository(bench.postgres).write([{ change, position: '0' }]);
}

async function months(table: 'trades' | 'timer_events' = 'trades'): Promise<string[]> {
  const [trades, events] = MONTHLY_TABLES;
  const found = table === 'trades' ? trades : events;
  if (found === undefined) throw new Error('there is no such table');
  return (await new PartitionStore(bench.postgres).months(found)).map(monthName);
}

/** A keeper under the given setting. */
function keeper(retentionMonths: number | null): PartitionKeeper {
  const settings = { current: () => ({ history: { retentionMonths } }) };
  const made: unknown = Reflect.construct(PartitionKeeper, [bench.postgres, settings, { isHistorian: true }]);
  if (made instanceof PartitionKeeper) return made;
  throw new Error('no keeper was made');
}

describe('months', () => {
  it('are made for whatever is written, by several writers at once', async () => {
    await Promise.all([write(1, JUNE), write(2, JUNE + 1, SEPTEMBER), write(3, SEPTEMBER - 1, JUNE - 1)]);
    expect(await months()).toEqual(['2026_05', '2026_06', '2026_08', '2026_09']);
    expect(await months('timer_events')).toEqual(['2026_06', '2026_08']);
    expect(await bench.count('trades')).toBe(5);
    expect(await bench.count('trades_2026_06')).toBe(2);
  });

  it('are made ahead, once, also when two historians tend them at the same moment', async () => {
    await Promise.all([keeper(null).tend(JUNE), keeper(null).tend(JUNE)]);
    expect(await months()).toEqual(['2026_06', '2026_07', '2026_08']);
    await keeper(null).tend(JUNE + 31 * 86_400_000);
    expect(await months('timer_events')).toEqual(['2026_06', '2026_07', '2026_08', '2026_09']);
  });

  it('that the setting keeps no longer are dropped with their identities, and their sums stay', async () => {
    await write(1, JUNE, SEPTEMBER - 1, SEPTEMBER);
    await keeper(1).tend(SEPTEMBER);
    expect(await months()).toEqual(['2026_08', '2026_09', '2026_10', '2026_11']);
    expect(await bench.count('trades')).toBe(2);
    expect(await bench.count('trade_keys')).toBe(2);
    expect(await bench.count('timer_events')).toBe(0);
    expect(await bench.count('event_keys')).toBe(0);
    expect(await bench.postgres.query("select to_regclass('trades_2026_06') as left")).toEqual([
      { left: null },
    ]);
    const [bucket] = await bench.history().tradeBuckets('global', 'DAY', JUNE, JUNE + 1);
    expect(bucket).toMatchObject({ buys: 1, traders: 1 });
    await keeper(null).tend(SEPTEMBER);
    expect(await bench.count('trades')).toBe(2);
  });

  it('are not written to again once they are dropped, not even by a writer that knew them', async () => {
    const repository = new EventRepository(bench.postgres);
    const put = async (revision: number): Promise<void> => {
      const trades = [foldedTrade(`S${revision}`, { blockTimeMs: JUNE })];
      const change = parseChange(JSON.stringify(changeRecord(revision, { trades })), 'global');
      await repository.write([{ change, position: '0' }]);
    };
    await put(1);
    await keeper(1).tend(SEPTEMBER);
    await put(1);
    await new EventRepository(bench.postgres).write([]);
    await put(2);
    expect(await bench.count('trades')).toBe(0);
    expect(repository.leftOutRows).toBe(2);
    const [day] = await bench.history().tradeBuckets('global', 'DAY', JUNE, JUNE + 1);
    expect(day).toMatchObject({ buys: 1, traders: 1 });
    const [total] = await bench.postgres.query("select trades from trader_totals where timer_id = 'global'");
    expect(total).toEqual({ trades: 1 });
    await keeper(null).tend(SEPTEMBER);
    await put(1);
    expect(await bench.count('trades')).toBe(0);
  });

  it('whose tables were left half dropped go at the next tending, with their identities', async () => {
    await write(1, JUNE, SEPTEMBER);
    await bench.postgres.query('alter table trades detach partition trades_2026_06');
    await bench.postgres.query("insert into history_floors values ('trades', '2026-07-01')");
    await keeper(null).tend(SEPTEMBER);
    expect(await bench.postgres.query("select to_regclass('trades_2026_06') as left")).toEqual([
      { left: null },
    ]);
    expect(await bench.count('trade_keys')).toBe(1);
    expect(await bench.count('trades')).toBe(1);
  });

  it('that were dropped before this was remembered are known by sums without rows', async () => {
    await write(1, JUNE, SEPTEMBER);
    const source = bench.postgres.dataSource;
    while ((await bench.count("schema_migrations where name like 'RememberDropped%'")) > 0)
      await source.undoLastMigration();
    await source.query('drop table trades_2026_06');
    await source.runMigrations({ transaction: 'each' });
    expect(
      await bench.postgres.query("select kept_from = '2026-07-01T00:00:00Z' as ok from history_floors"),
    ).toEqual([{ ok: true }, { ok: true }]);
  });
});

describe('the database', () => {
  it('lets no trade and no event in twice, whoever writes it and whatever its time', async () => {
    await write(1, JUNE, SEPTEMBER);
    const copy = (table: string, change: string) =>
      bench.postgres.query(
        `insert into ${table} select (jsonb_populate_record(t, '${change}')).* from ${table} t`,
      );
    await copy('trades', '{"block_time": "2026-09-02T00:00:00Z", "slot": 9}');
    await copy('trades', '{}');
    await copy('timer_events', '{"actor": "somebody"}');
    expect(await bench.count('trades')).toBe(2);
    expect(await bench.count('timer_events')).toBe(1);
  });
});

describe('the migration', () => {
  const tables = ['trade_buckets', 'price_buckets', 'trader_days', 'trader_totals'];

  async function sums(source: DataSource): Promise<unknown> {
    const all: unknown[] = [];
    for (const table of tables) {
      const trimmed = `(select json_agg(t order by t::text) from (select * from ${table}) as t)`;
      all.push(await source.query(`select ${trimmed} as rows`));
    }
    // numerics may differ in their trailing zeros
    return JSON.parse(JSON.stringify(all).replace(/(\.\d*?[1-9])0+(?=[,}])|\.0+(?=[,}])/g, '$1'));
  }

  it('moves what is there into months and sums it up as the writer does, and back', async () => {
    await using database = await testDatabase();
    const source = await new DataSource(dataSourceOptions(database.url)).initialize();
    try {
      const at = (index: number): number => SEPTEMBER - 90_000 + index * 7_000;
      const trades = Array.from({ length: 30 }, (_, index) =>
        foldedTrade(`S${index}`, {
          ...{
            blockTimeMs: at(index),
            slot: index,
            trader: `T${index % 4}`,
            quoteRaw: String(1 + ((index * 37) % 11)),
          },
          ...{
            side: index % 3 === 0 ? 'SELL' : 'BUY',
            movedDeadline: index % 5 > 0,
            blockIndex: index % 2 ? 3 : null,
          },
        }),
      );
      const change = parseChange(JSON.stringify(changeRecord(1, { trades })), 'global');
      await new EventRepository(bench.postgres).write([{ change, position: '0' }]);

      const exists = async (): Promise<boolean> =>
        (await source.query<{ t: string | null }[]>("select to_regclass('trade_keys') as t"))[0]?.t !== null;
      while (await exists()) await source.undoLastMigration();
      const { columns, rows } = await bench.postgres
        .query<{ row: Record<string, unknown> }>(
          "select to_jsonb(t) - 'quote_amount' - 'price' as row from trades t order by slot",
        )
        .then((found) => ({ columns: Object.keys(found[0]?.row ?? {}), rows: found.map(({ row }) => row) }));
      const insert = `insert into trades (${columns.join(', ')}) select ${columns.join(', ')} from
        jsonb_populate_recordset(null::trades, $1)`;
      await source.query(insert, [JSON.stringify(rows)]);
      await source.query(
        `insert into timer_events values ('global', 1, 1, 0, 'RESET', '2026-07-31T23:59:59.999Z', 1, null, 'chain', null, 'S1', 0)`,
      );

      await source.runMigrations({ transaction: 'each' });
      const stored = 'select * from trades order by slot';
      expect(await source.query(stored)).toEqual(await bench.postgres.query(stored));
      expect(await source.query('select tableoid::regclass::text as part from timer_events')).toEqual([
        { part: 'timer_events_2026_07' },
      ]);
      expect(await sums(source)).toEqual(await sums(bench.postgres.dataSource));

      while (await exists()) await source.undoLastMigration();
      const back = await source.query<unknown[]>('select to_jsonb(t) as row from trades t order by slot');
      expect(back).toEqual(rows.map((row) => ({ row })));
    } finally {
      await source.destroy();
    }
  });
});
