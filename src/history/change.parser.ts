import type { Origin } from '../timer/domain/origin';
import type { Cursor, TimerEvent, TimerEventType } from '../timer/domain/timer.events';
import type { FoldedTrade } from '../timer/domain/trade';
import { Fields } from './fields';
import { HistoryError } from './history.errors';

const MAX_INT4 = 2_147_483_647;

const EVENT_TYPES = [
  'CREATED',
  'STARTED',
  'RESET',
  'EXTENDED',
  'PAUSED',
  'RESUMED',
  'SETTLING',
  'EXPIRED',
  'CONFIGURED',
  'DELETED',
  'LATE_TRADE',
  'RECOVERED',
] as const satisfies readonly TimerEventType[];

/** A change record as history keeps it: everything checked but the inside of the state. */
export interface ParsedChange {
  readonly timerId: string;
  readonly epoch: number;
  readonly revision: number;
  readonly atMs: number;
  readonly events: readonly TimerEvent[];
  readonly trades: readonly FoldedTrade[];
  /** Keys of those of them that are no trades any more. */
  readonly retracted: readonly string[];
  readonly cursors: readonly Cursor[];
  readonly createdAtMs: number;
  /** The state after the commit, as it came. */
  readonly state: unknown;
  /** What led to it; null where the entry does not tell. */
  readonly origin: Origin | null;
}

/**
 * Reads one stream entry.
 *
 * @param timerId - the timer whose stream the entry came from; an entry of another timer is malformed
 * @throws HistoryError `HISTORY_ENTRY_MALFORMED`
 */
export function parseChange(json: string, timerId: string): ParsedChange {
  const value = parseJson(json);
  const change = Fields.of(value, 'change');
  change.oneOf('timerId', [timerId]);
  const state = change.child('state');
  state.oneOf('id', [timerId]);
  return {
    timerId,
    epoch: change.count('epoch', MAX_INT4),
    revision: change.count('revision'),
    atMs: change.ms('atMs'),
    events: change.list('events', (event) => readEvent(event, timerId)),
    trades: change.list('trades', readTrade),
    retracted: change.textsIfAny('retracted'),
    cursors: change.list('cursors', readCursor),
    createdAtMs: state.ms('createdAtMs'),
    state: stateOf(value),
    origin: originOf(value),
  };
}

/** Reads a trade with what the fold made of it. @throws HistoryError `HISTORY_ENTRY_MALFORMED` */
export function readTrade(trade: Fields): FoldedTrade {
  return {
    signature: trade.text('signature'),
    index: trade.count('index', MAX_INT4),
    slot: trade.count('slot'),
    blockIndex: trade.orNull('blockIndex', (name) => trade.count(name, MAX_INT4)),
    blockTimeMs: trade.ms('blockTimeMs'),
    detectedAtMs: trade.ms('detectedAtMs'),
    mint: trade.text('mint'),
    side: trade.oneOf('side', ['BUY', 'SELL']),
    amountRaw: trade.raw('amountRaw'),
    decimals: trade.count('decimals', 255),
    trader: trade.text('trader'),
    quoteMint: trade.orNull('quoteMint', (name) => trade.text(name)),
    quoteRaw: trade.orNull('quoteRaw', (name) => trade.raw(name)),
    quoteDecimals: trade.orNull('quoteDecimals', (name) => trade.count(name, 255)),
    program: trade.text('program'),
    source: trade.oneOf('source', ['POLLING', 'WEBHOOK', 'WEBSOCKET', 'BACKFILL']),
    round: trade.orNull('round', (name) => trade.count(name, MAX_INT4)),
    movedDeadline: trade.flag('movedDeadline'),
    isWaiting: trade.flag('isWaiting'),
  };
}

function readEvent(event: Fields, timerId: string): TimerEvent {
  return {
    timerId: event.oneOf('timerId', [timerId]),
    epoch: event.count('epoch', MAX_INT4),
    revision: event.count('revision'),
    number: event.count('number', MAX_INT4),
    type: event.oneOf('type', EVENT_TYPES),
    atMs: event.ms('atMs'),
    round: event.count('round', MAX_INT4),
    deadlineMs: event.orNull('deadlineMs', (name) => event.ms(name)),
    actor: event.text('actor'),
    reason: event.orNull('reason', (name) => event.text(name)),
    trade: event.orNull('trade', (name) => readTrade(event.child(name))),
  };
}

function readCursor(cursor: Fields): Cursor {
  return {
    address: cursor.text('address'),
    slot: cursor.count('slot'),
    signature: cursor.orNull('signature', (name) => cursor.text(name)),
  };
}

function parseJson(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return value;
  } catch (cause) {
    throw new HistoryError('HISTORY_ENTRY_MALFORMED', { field: 'change' }, { cause });
  }
}

function stateOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'state' in value ? value.state : null;
}

/** Nothing depends on it: whatever is not as it should be is left out. */
function originOf(value: unknown): Origin | null {
  const origin = typeof value === 'object' && value !== null && 'origin' in value ? value.origin : null;
  if (typeof origin !== 'object' || origin === null) return null;
  const named = 'requestIds' in origin && Array.isArray(origin.requestIds) ? origin.requestIds : [];
  const traceparent = 'traceparent' in origin ? origin.traceparent : null;
  return {
    requestIds: named.filter((id: unknown) => typeof id === 'string'),
    traceparent: typeof traceparent === 'string' ? traceparent : null,
  };
}
