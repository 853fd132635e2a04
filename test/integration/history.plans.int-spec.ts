import { Client } from 'pg';
import { HistoryService } from '../../src/history/history.service';
import { PostgresReader } from '../../src/platform/postgres/postgres.reader';
import { Cleanup } from '../support/cleanup';
import { HistoryBench } from '../support/history-bench';
import { loadSums, loadTrades } from '../support/history-load';
import { watchOpenHandles } from '../support/open-handles';
import { explain } from '../support/query-plan';
import type { PlanFacts } from '../support/query-plan';

const noHandlesLeft = watchOpenHandles();
const cleanup = new Cleanup();
const FROM = Date.parse('2026-06-01T00:00:00Z');
const JULY = Date.parse('2026-07-01T00:00:00Z');
const AUGUST = Date.parse('2026-08-01T00:00:00Z');
const TO = Date.parse('2026-09-01T00:00:00Z');
const ROWS = 300_000;
const DAY_MS = 86_400_000;
const ALL = ['2026_06', '2026_07', '2026_08'];

/** Remembers what history asks, and answers it. */
class ListeningReader extends PostgresReader {
  readonly asked: { sql: string; parameters: readonly unknown[] }[] = [];

  override async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    this.asked.push({ sql, parameters });
    return await super.query<Row>(sql, parameters);
  }
}

let reader: ListeningReader;
let history: HistoryService;
let client: Client;

beforeAll(async () => {
  const bench = cleanup.add(await HistoryBench.open(), (it) => it[Symbol.asyncDispose]());
  reader = cleanup.add(new ListeningReader(bench.postgresUrl), (it) => it.onApplicationShutdown());
  history = new HistoryService(reader, bench.historian());
  client = new Client({ connectionString: bench.postgresUrl });
  await client.connect();
  cleanup.add(client, (it) => it.end());
  await loadTrades(client, { timerId: 'global', rows: ROWS, fromMs: FROM, toMs: TO - 1_000 });
  await loadTrades(client, { timerId: 'other', rows: 3_000, fromMs: FROM, toMs: TO - 1_000 });
  await loadSums(client, 'global');
  await client.query('analyze');
}, 120_000);

afterAll(async () => {
  await cleanup.run();
  await noHandlesLeft();
});

/** Plans of everything that `ask` asks. */
async function plansOf(ask: () => Promise<unknown>): Promise<PlanFacts[]> {
  reader.asked.length = 0;
  await ask();
  const plans: PlanFacts[] = [];
  for (const { sql, parameters } of [...reader.asked]) plans.push(await explain(client, sql, parameters));
  return plans;
}

/** What is wrong with plans that may read these months. */
function problemsOf(plans: readonly PlanFacts[], months: readonly string[]): string[] {
  return plans.flatMap(({ partitions, scanned, discarded, blocks }) => {
    const outside = partitions.filter((name) => !months.some((month) => name.endsWith(month)));
    return [
      ...scanned.map((name) => `${name} was scanned`),
      ...outside.map((name) => `${name} was read`),
      ...(discarded > 10_000 ? [`${discarded} rows were read in vain`] : []),
      ...(blocks > 4_000 ? [`${blocks} blocks were read`] : []),
    ];
  });
}

async function cursorAt(list: 'trades' | 'timerEvents', ms: number): Promise<string> {
  const { pageInfo } = await history[list]('global', { toMs: ms }, { first: 1 });
  return pageInfo.endCursor ?? '';
}

const QUERIES: readonly [string, readonly string[], () => Promise<unknown>][] = [
  ['the first page of trades', ['2026_08'], () => history.trades('global')],
  ['the last page of trades', ['2026_06'], () => history.trades('global', {}, { last: 50 })],
  [
    'a page deep in the past',
    ['2026_07'],
    async () => {
      const after = await cursorAt('trades', JULY + 20 * DAY_MS);
      reader.asked.length = 0;
      return await history.trades('global', {}, { first: 50, after });
    },
  ],
  [
    'a page backwards from the past',
    ['2026_07'],
    async () => {
      const before = await cursorAt('trades', JULY + 9 * DAY_MS);
      reader.asked.length = 0;
      return await history.trades('global', {}, { last: 500, before });
    },
  ],
  ['trades of a busy trader', ['2026_08'], () => history.trades('global', { trader: 'trader-1' })],
  ['trades of a trader who has none', ALL, () => history.trades('global', { trader: 'nobody' })],
  [
    'trades of a time',
    ['2026_07'],
    () => history.trades('global', { fromMs: JULY + DAY_MS, toMs: JULY + 2 * DAY_MS }, { first: 500 }),
  ],
  ['trades of a round', ['2026_07'], () => history.trades('global', { round: 1_500 }, { first: 500 })],
  ['trades by a program', ['2026_08'], () => history.trades('global', { program: 'Meteora' })],
  ['trades by a program nobody uses', ALL, () => history.trades('global', { program: 'Nobody' })],
  [
    'trades by side, amount, source and effect',
    ['2026_08'],
    () => history.trades('global', { side: 'SELL', minAmount: '5', source: 'POLLING', movedDeadline: true }),
  ],
  ['the first page of events', ['2026_08'], () => history.timerEvents('global')],
  [
    'a page of events deep in the past',
    ['2026_07'],
    async () => {
      const after = await cursorAt('timerEvents', JULY + 20 * DAY_MS);
      reader.asked.length = 0;
      return await history.timerEvents('global', {}, { first: 50, after });
    },
  ],
  ['events of a type', ['2026_08'], () => history.timerEvents('global', { types: ['EXPIRED'] })],
  ['events of a type that is not there', ALL, () => history.timerEvents('global', { types: ['DELETED'] })],
  ['events of an actor', ALL, () => history.timerEvents('global', { actor: 'admin' })],
  ['events of a round', ALL, () => history.timerEvents('global', { round: 1_500 })],
  ['trades of a round that is not there', ALL, () => history.trades('global', { round: 1_000_000 })],
  ['the first page of rounds', [], () => history.rounds('global')],
  [
    'a page of rounds deep in the past',
    [],
    async () => {
      const { pageInfo } = await history.rounds('global', { first: 500 });
      reader.asked.length = 0;
      return await history.rounds('global', { first: 50, after: pageInfo.endCursor });
    },
  ],
  ['a month of hours', [], () => history.tradeBuckets('global', 'HOUR', JULY, AUGUST)],
  ['a day of minutes', [], () => history.tradeBuckets('global', 'MINUTE', JULY, JULY + DAY_MS)],
  ['figures of all time', [], () => history.timerStats('global', null, null)],
  [
    'figures of ten days and some hours',
    ['2026_07'],
    () => history.timerStats('global', JULY + 3_600_000, JULY + 10 * DAY_MS + 7_200_000),
  ],
  ['trades of a source that gave none', ALL, () => history.trades('global', { source: 'WEBSOCKET' })],
  ['trades above every amount', ALL, () => history.trades('global', { minAmount: '11' })],
  ['trades below every amount', ALL, () => history.trades('global', { maxAmount: '0.001' })],
  [
    'trades by program and source that gave none',
    ALL,
    () => history.trades('global', { program: 'Meteora', source: 'WEBSOCKET' }),
  ],
  ['trades of the largest amount', ALL, () => history.trades('global', { minAmount: '10' })],
];

describe(`over ${ROWS} trades of three months`, () => {
  it.each(QUERIES)('%s is read by indexes, from its months alone', async (_name, months, ask) => {
    const plans = await plansOf(ask);
    expect(plans.length).toBeGreaterThan(0);
    expect(problemsOf(plans, months)).toEqual([]);
  });

  it.each<[string, string, number]>([
    ['the trader', 'trades_by_trader', 5],
    ['the round', 'trades_by_round', 17],
    ['the program', 'trades_by_program', 9],
    ['the type of events', 'timer_events_by_type', 14],
    ['the actor of events', 'timer_events_by_actor', 15],
    ['the round of events', 'timer_events_by_round', 16],
    ['the source', 'trades_by_source', 24],
    ['the amount', 'trades_by_amount', 25],
  ])('this check fails without the index by %s', async (_name, index, query) => {
    const ask = QUERIES[query]?.[2];
    if (ask === undefined) throw new Error('there is no such query');
    await client.query('begin');
    try {
      await client.query(`set local lock_timeout = '5s'`);
      reader.asked.length = 0;
      await ask();
      const asked = [...reader.asked];
      await client.query(`drop index ${index}`);
      const plans: PlanFacts[] = [];
      for (const { sql, parameters } of asked) plans.push(await explain(client, sql, parameters));
      expect(problemsOf(plans, QUERIES[query]?.[1] ?? [])).not.toEqual([]);
    } finally {
      await client.query('rollback');
    }
  });

  it('an export begins at once: it neither sorts nor scans', async () => {
    let text = '';
    const listening = Object.assign(Object.create(reader), {
      stream: (sql: string) => {
        text = sql;
        return (async function* () {})();
      },
    });
    const exporting: unknown = Reflect.construct(HistoryService, [listening, null]);
    if (!(exporting instanceof HistoryService)) throw new Error('no service was made');
    await exporting.exportTrades('global', {}, new AbortController().signal).next();
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain declare exported cursor for ${text.replaceAll('$1', "'global'")}`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Append/);
    expect(plan).not.toMatch(/Sort|Seq Scan/);
  });
});
