import type { TimerEvent } from '../timer/domain/timer.events';
import type { FoldedTrade } from '../timer/domain/trade';
import { tradePicture } from '../timer/domain/picture';
import { tradeKey } from '../timer/domain/trade';
import type { ParsedChange } from './change.parser';

/** A change record with its place in the stream. */
export interface LoggedChange {
  readonly change: ParsedChange;
  /** Decimal integer; orders the commits of one epoch and revision. */
  readonly position: string;
}

/** Orders what later commits overwrite. */
interface Version {
  readonly epoch: number;
  readonly revision: number;
  readonly position: string;
}

/** Columns and values of one row. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows of one transaction, each list in the order of its primary key, so that two historians never deadlock. */
export interface LogRows {
  readonly timers: readonly Row[];
  readonly cursors: readonly Row[];
  readonly events: readonly Row[];
  readonly trades: readonly Row[];
  /** Trades that the chain has given up; one that has come again since is among `trades` too. */
  readonly retracted: readonly Row[];
}

/** A trade that only an event names is older than everything that a commit says of it. */
const UNVERSIONED: Version = { epoch: 0, revision: 0, position: '0' };

/**
 * Makes the rows of a batch: what is overwritten is there once, in its newest version; a trade's own facts are those
 * of its first mention, or of the first one after it was given up.
 */
export function rowsOf(changes: readonly LoggedChange[]): LogRows {
  const ordered = changes.map((logged) => ({ logged, version: versionOf(logged) }));
  ordered.sort((a, b) => compareVersions(a.version, b.version));
  const timers = new Map<string, Row>();
  const cursors = new Map<string, Row>();
  const trades = new Map<string, Row>();
  const retracted = new Map<string, Row>();
  const events: Row[] = [];
  for (const { logged, version } of ordered) {
    const { change } = logged;
    timers.set(change.timerId, timerRow(change, version));
    for (const cursor of change.cursors) {
      cursors.set(`${change.timerId} ${cursor.address}`, { timer_id: change.timerId, ...cursor, ...version });
    }
    for (const event of change.events) {
      events.push(eventRow(event));
      if (event.trade !== null) mentionTrade(trades, change.timerId, event.trade, UNVERSIONED);
    }
    const gone = new Set(change.retracted);
    for (const trade of change.trades) {
      if (gone.has(tradeKey(trade))) giveUpTrade({ trades, retracted }, change.timerId, trade, version);
      else mentionTrade(trades, change.timerId, trade, version);
    }
  }
  return {
    timers: sortedRows(timers),
    cursors: sortedRows(cursors),
    trades: sortedRows(trades),
    retracted: sortedRows(retracted),
    events: events.sort(compareEventRows),
  };
}

function versionOf({ change, position }: LoggedChange): Version {
  return { epoch: change.epoch, revision: change.revision, position };
}

function compareVersions(a: Version, b: Version): number {
  const byPosition = BigInt(a.position) - BigInt(b.position);
  return a.epoch - b.epoch || a.revision - b.revision || (byPosition < 0n ? -1 : byPosition > 0n ? 1 : 0);
}

function timerRow(change: ParsedChange, version: Version): Row {
  return {
    id: change.timerId,
    ...version,
    state: change.state,
    created_at: instant(change.createdAtMs),
    updated_at: instant(change.atMs),
  };
}

function eventRow(event: TimerEvent): Row {
  return {
    timer_id: event.timerId,
    epoch: event.epoch,
    revision: event.revision,
    number: event.number,
    type: event.type,
    at: instant(event.atMs),
    round: event.round,
    deadline: event.deadlineMs === null ? null : instant(event.deadlineMs),
    actor: event.actor,
    reason: event.reason,
    trade_signature: event.trade?.signature ?? null,
    trade_index: event.trade?.index ?? null,
  };
}

function mentionTrade(rows: Map<string, Row>, timerId: string, trade: FoldedTrade, version: Version): void {
  const key = `${timerId} ${tradeKey(trade)}`;
  const known = rows.get(key);
  if (known === undefined) {
    rows.set(key, { ...factsOf(timerId, trade), ...dispositionOf(trade), ...version });
  } else if (version !== UNVERSIONED) {
    rows.set(key, { ...known, ...dispositionOf(trade), ...version });
  }
}

function giveUpTrade(
  rows: { readonly trades: Map<string, Row>; readonly retracted: Map<string, Row> },
  timerId: string,
  trade: FoldedTrade,
  version: Version,
): void {
  const key = `${timerId} ${tradeKey(trade)}`;
  rows.trades.delete(key);
  rows.retracted.set(key, { ...factsOf(timerId, trade), ...dispositionOf(trade), ...version });
}

function factsOf(timerId: string, trade: FoldedTrade): Row {
  const { amount, quoteAmount, price } = tradePicture(timerId, trade);
  return {
    timer_id: timerId,
    signature: trade.signature,
    index: trade.index,
    slot: trade.slot,
    block_time: instant(trade.blockTimeMs),
    detected_at: instant(trade.detectedAtMs),
    mint: trade.mint,
    side: trade.side,
    amount,
    amount_raw: trade.amountRaw,
    decimals: trade.decimals,
    trader: trade.trader,
    quote_mint: trade.quoteMint,
    quote_raw: trade.quoteRaw,
    quote_decimals: trade.quoteDecimals,
    quote_amount: quoteAmount,
    price,
    program: trade.program,
    source: trade.source,
  };
}

function dispositionOf(trade: FoldedTrade): Row {
  return {
    block_index: trade.blockIndex,
    round: trade.round,
    moved_deadline: trade.movedDeadline,
    is_waiting: trade.isWaiting,
  };
}

// as text, because Postgres reads it exactly to the millisecond
function instant(ms: number): string {
  return new Date(ms).toISOString();
}

function sortedRows(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function compareEventRows(a: Row, b: Row): number {
  return eventSortKey(a) < eventSortKey(b) ? -1 : 1;
}

function eventSortKey(row: Row): string {
  const digits = [row['epoch'], row['revision'], row['number']].map((part) => String(part).padStart(16, '0'));
  return [row['timer_id'], ...digits].join(' ');
}
