/*
 * Asks every kind of question many times. Times are Postgres' own (planning and execution) of all statements of a
 * question, one after another. offsetP99Ms: the same page by OFFSET.
 */
import { built } from './built.mjs';
import { timerId } from './database.mjs';

const { PostgresReader } = built('platform/postgres/postgres.reader.js');
const { HistoryService } = built('history/history.service.js');

const DAY_MS = 86_400_000;
const PAGE = 50;
const DEEP_PAGES = 10_000;

/** Time that Postgres spends on a statement, planning included, in ms. */
async function postgresMs(query, sql, parameters) {
  const { rows: found } = await query(`explain (analyze, timing off, format json) ${sql}`, parameters);
  const [plan] = found[0]['QUERY PLAN'];
  return plan['Planning Time'] + plan['Execution Time'];
}

/** Adds up how long Postgres takes for the statements of one question, one after another. */
export class TimedReader extends PostgresReader {
  spentMs = 0;
  turn = Promise.resolve();

  async query(sql, parameters) {
    const mine = this.turn.then(async () => {
      const explained = async (text, values) => ({ rows: await super.query(text, values) });
      this.spentMs += await postgresMs(explained, sql, parameters);
    });
    this.turn = mine.catch(() => undefined);
    await mine;
    return await super.query(sql, parameters);
  }
}

function share(sorted, part) {
  return Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(2));
}

async function timed(times, ask) {
  const spent = [];
  for (let run = 0; run < times; run += 1) spent.push(await ask(run));
  spent.sort((a, b) => a - b);
  return { p50Ms: share(spent, 0.5), p99Ms: share(spent, 0.99) };
}

export async function measure({ history, reader, client, from, rows, days, runs }, tell) {
  const at = (run, span) => from.getTime() + Math.floor((((run * 37) % 100) / 100) * span);
  const span = days * DAY_MS;
  const deepRow = Math.min(DEEP_PAGES * PAGE, Math.floor(rows * 0.9));
  const before = new Date(from.getTime() + span);
  // the place of the row behind 10,000 pages, counted from the newest loaded one
  const {
    rows: [place],
  } = await client.query(
    'select slot, block_time from trades where timer_id = $1 and slot = $2 and block_time < $3',
    [timerId, 300_000_000 + rows - deepRow, before],
  );
  const deepPage = await history.trades(timerId, { toMs: place.block_time.getTime() }, { first: 1 });
  const deep = deepPage.pageInfo.endCursor;
  const { rows: traders } = await client.query(
    'select trader from trader_days where timer_id = $1 order by md5(trader) limit 100',
    [timerId],
  );
  const trader = (run) => traders[run % traders.length].trader;
  const newest = { toMs: before.getTime() };
  const questions = [
    ['first page', () => history.trades(timerId, newest, { first: PAGE }), offset(client, '', 0, [before])],
    [
      `page ${Math.floor(deepRow / PAGE)} deep`,
      () => history.trades(timerId, {}, { first: PAGE, after: deep }),
      offset(client, '', deepRow, [before]),
    ],
    [
      'by trader',
      (run) => history.trades(timerId, { trader: trader(run) }, { first: PAGE }),
      offset(client, 'and trader = $3', 0, [before], trader),
    ],
    [
      'by time',
      (run) =>
        history.trades(
          timerId,
          { fromMs: at(run, span - DAY_MS), toMs: at(run, span - DAY_MS) + DAY_MS },
          { first: PAGE },
        ),
      null,
    ],
    [
      'by round',
      (run) =>
        history.trades(timerId, { round: 1 + ((run * 7919) % Math.floor(rows / 400)) }, { first: PAGE }),
      null,
    ],
    [
      'by a source that gave none',
      () => history.trades(timerId, { source: 'WEBSOCKET' }, { first: PAGE }),
      null,
    ],
    ['above every amount', () => history.trades(timerId, { minAmount: '1000000000' }, { first: PAGE }), null],
    ['events, first page', () => history.timerEvents(timerId, {}, { first: PAGE }), null],
    [
      'hour buckets over a month',
      (run) =>
        history.tradeBuckets(
          timerId,
          'HOUR',
          at(run, span - 31 * DAY_MS),
          at(run, span - 31 * DAY_MS) + 30 * DAY_MS,
        ),
      null,
    ],
    [
      'minute buckets over a day',
      (run) =>
        history.tradeBuckets(timerId, 'MINUTE', at(run, span - DAY_MS), at(run, span - DAY_MS) + DAY_MS),
      null,
    ],
    [
      'stats of a day',
      (run) =>
        history.timerStats(
          timerId,
          at(run, span - DAY_MS) + run * 60_000,
          at(run, span - DAY_MS) + DAY_MS + run * 60_000,
        ),
      null,
      0.1,
    ],
    ['stats of all time', () => freshStats(reader), null, 0.1],
    ['rounds, first page', () => history.rounds(timerId, { first: PAGE }), null],
  ];
  const found = [];
  for (const [query, ask, byOffset, part = 1] of questions) {
    const clocked = async (run) => {
      reader.spentMs = 0;
      await ask(run);
      return reader.spentMs;
    };
    const times = Math.max(5, Math.floor(runs * part));
    await timed(3, clocked);
    const { p50Ms, p99Ms } = await timed(times, clocked);
    const offsetP99Ms =
      byOffset === null ? null : (await timed(Math.max(5, Math.floor(runs / 10)), byOffset)).p99Ms;
    found.push({ query, p50Ms, p99Ms, offsetP99Ms });
    const ratio =
      offsetP99Ms === null ? '' : `  OFFSET ${offsetP99Ms} ms, ${(offsetP99Ms / p99Ms).toFixed(1)} times`;
    tell(`${query.padEnd(28)} p50 ${p50Ms} ms  p99 ${p99Ms} ms${ratio}\n`);
  }
  return found;
}

// a service of its own, since answers are remembered for some seconds
function freshStats(reader) {
  return new HistoryService(reader, { status: () => null }).timerStats(timerId, null, null);
}

/** The same page by OFFSET. */
function offset(client, condition, skipped, [before], value) {
  const sql = `select * from trades where timer_id = $1 and block_time < $2 ${condition}
    order by block_time desc, slot desc, signature desc, index desc offset ${skipped} limit ${PAGE + 1}`;
  return (run) => {
    const parameters = [timerId, before, ...(value === undefined ? [] : [value(run)])];
    return postgresMs((text, values) => client.query(text, values), sql, parameters);
  };
}
