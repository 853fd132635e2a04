import type { EntityManager } from 'typeorm';
import type { Row } from '../event.rows';
import { INSERT_EVENTS } from '../event.sql';
import { LAST_SECONDS } from '../domain/stats';
import { REFRESH_LARGER, REFRESH_PRICES, REFRESH_WAITS } from './bucket.sql';
import { JUDGE_SAVES } from './saves.sql';
import { DROP_EMPTY, MINUTES_OF_TRADERS, RECOUNT, RETRACT_TRADES } from './retract.sql';
import { CORRECT_TRADES, INSERT_TRADES } from './trade.sql';

interface Written {
  readonly timer_id: string;
  readonly signature: string;
  readonly index: number;
  readonly block_time: Date;
  /** True where its place in the block became another one. */
  readonly is_moved: boolean;
}

const MINUTE_MS = 60_000;
/** Rows of one statement, so that each stays far inside the time limit, however many one commit brings. */
const ROWS_AT_ONCE = 2_000;

/**
 * Writes trades and brings everything that is summed up from them up to date.
 *
 * @param manager - of a transaction that holds the timers' rows
 * @returns how many of them are new
 */
export async function writeTrades(manager: EntityManager, trades: readonly Row[]): Promise<number> {
  let written = 0;
  for (const some of partsOf(trades)) written += await writeSomeTrades(manager, some);
  return written;
}

async function writeSomeTrades(manager: EntityManager, trades: readonly Row[]): Promise<number> {
  const fresh = await manager.query<Written[]>(INSERT_TRADES, [JSON.stringify(trades)]);
  const known = trades.length === fresh.length ? [] : withoutFresh(trades, fresh);
  const corrected =
    known.length === 0 ? [] : await manager.query<Written[]>(CORRECT_TRADES, [JSON.stringify(known)]);
  const moved = corrected.filter((trade) => trade.is_moved);
  if (moved.length > 0) await manager.query(REFRESH_PRICES, [minutesOf(moved)]);
  const touched = [...fresh, ...corrected];
  if (touched.length > 0) await refresh(manager, minutesOf(touched));
  return fresh.length;
}

/**
 * Takes trades out that the chain has given up, and sums up anew what they were part of. They are kept apart, for the
 * events that name them.
 *
 * @param manager - of a transaction that holds the timers' rows
 */
export async function retractTrades(manager: EntityManager, retracted: readonly Row[]): Promise<void> {
  for (const some of partsOf(retracted)) await retractSomeTrades(manager, some);
}

async function retractSomeTrades(manager: EntityManager, retracted: readonly Row[]): Promise<void> {
  const gone = await manager.query<unknown[]>(RETRACT_TRADES, [JSON.stringify(retracted)]);
  if (gone.length === 0) return;
  for (const statement of DROP_EMPTY) await manager.query(statement, [JSON.stringify(gone)]);
  const minutes = await manager.query<unknown[]>(MINUTES_OF_TRADERS, [JSON.stringify(gone)]);
  for (const statement of RECOUNT) await manager.query(statement, [JSON.stringify(minutes)]);
  await refresh(manager, JSON.stringify(minutes));
}

/** Writes events, and judges which trades saved a round in its last seconds. @returns how many of them are new */
export async function writeEvents(manager: EntityManager, events: readonly Row[]): Promise<number> {
  let written = 0;
  for (const some of partsOf(events)) {
    const rows = JSON.stringify(some);
    const fresh = await manager.query<unknown[]>(INSERT_EVENTS, [rows]);
    if (fresh.length > 0) await manager.query(JUDGE_SAVES, [rows, LAST_SECONDS]);
    written += fresh.length;
  }
  return written;
}

/** Rows in parts that one statement each can take. */
export function* partsOf(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) yield rows.slice(at, at + ROWS_AT_ONCE);
}

async function refresh(manager: EntityManager, minutes: string): Promise<void> {
  await manager.query(REFRESH_WAITS, [minutes]);
  for (const statement of REFRESH_LARGER) await manager.query(statement, [minutes]);
}

function withoutFresh(trades: readonly Row[], fresh: readonly Written[]): Row[] {
  const keys = new Set(fresh.map(({ timer_id, signature, index }) => `${timer_id} ${signature} ${index}`));
  return trades.filter(
    (row) => !keys.has(`${String(row['timer_id'])} ${String(row['signature'])} ${String(row['index'])}`),
  );
}

function minutesOf(trades: readonly Written[]): string {
  const minutes = new Map(
    trades.map(({ timer_id, block_time }) => {
      const start = new Date(Math.floor(block_time.getTime() / MINUTE_MS) * MINUTE_MS).toISOString();
      return [`${timer_id} ${start}`, { timer_id, start }];
    }),
  );
  return JSON.stringify([...minutes.values()]);
}
