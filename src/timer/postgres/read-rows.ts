import type { Act, RoundEnd, TimerState } from '../domain/timer';
import type { Cursor } from '../domain/timer.events';
import type { FoldedTrade, TradeSide, TradeSource } from '../domain/trade';
import { withDefaults } from '../redis/parse-stored';
import { TimerError } from '../timer.errors';

/** A state document as the historian wrote it. @throws TimerError TIMER_STATE_MALFORMED */
export function readSnapshot(value: unknown): TimerState {
  return withDefaults(shaped<TimerState>(value, ['base', 'current', 'roundBase']));
}

/** An act as the ledger wrote it. @throws TimerError TIMER_STATE_MALFORMED */
export function readAct(value: unknown): Act {
  return shaped<Act>(value, ['id', 'effect', 'atMs']);
}

/** A row of `rounds`. @throws TimerError TIMER_STATE_MALFORMED */
export function readEndRow(value: unknown): RoundEnd {
  const row = shaped<EndRow>(value, ['timer_id', 'round', 'ended_at_ms']);
  return {
    timerId: row.timer_id,
    round: row.round,
    startedAtMs: Number(row.started_at_ms),
    endedAtMs: Number(row.ended_at_ms),
    isVoid: row.is_void,
    isComplete: row.is_complete,
    winner: row.winner,
    lastTrade: row.last_trade,
    counts: { trades: row.trades, resets: row.resets, volume: row.volume },
  };
}

/** A row of `cursors`. @throws TimerError TIMER_STATE_MALFORMED */
export function readCursorRow(value: unknown): Cursor {
  const row = shaped<{ address: string; slot: string; signature: string | null }>(value, ['address', 'slot']);
  return { address: row.address, slot: Number(row.slot), signature: row.signature };
}

/** A row of `trades`, with its times in ms and its numbers as text. @throws TimerError TIMER_STATE_MALFORMED */
export function readTradeRow(value: unknown): FoldedTrade {
  const row = shaped<TradeRow>(value, ['signature', 'block_time_ms', 'amount_raw']);
  return {
    signature: row.signature,
    index: row.index,
    slot: Number(row.slot),
    blockIndex: row.block_index,
    blockTimeMs: Number(row.block_time_ms),
    detectedAtMs: Number(row.detected_at_ms),
    mint: row.mint,
    side: row.side,
    amountRaw: row.amount_raw,
    decimals: row.decimals,
    trader: row.trader,
    quoteMint: row.quote_mint,
    quoteRaw: row.quote_raw,
    quoteDecimals: row.quote_decimals,
    program: row.program,
    source: row.source,
    round: row.round,
    movedDeadline: row.moved_deadline,
    isWaiting: row.is_waiting,
  };
}

interface EndRow {
  timer_id: string;
  round: number;
  started_at_ms: string;
  ended_at_ms: string;
  is_void: boolean;
  is_complete: boolean;
  winner: string | null;
  last_trade: FoldedTrade | null;
  trades: number;
  resets: number;
  volume: string;
}

interface TradeRow {
  signature: string;
  index: number;
  slot: string;
  block_index: number | null;
  block_time_ms: string;
  detected_at_ms: string;
  mint: string;
  side: TradeSide;
  amount_raw: string;
  decimals: number;
  trader: string;
  quote_mint: string | null;
  quote_raw: string | null;
  quote_decimals: number | null;
  program: string;
  source: TradeSource;
  round: number | null;
  moved_deadline: boolean;
  is_waiting: boolean;
}

function shaped<Shape>(value: unknown, fields: readonly string[]): Shape {
  if (typeof value !== 'object' || value === null || fields.some((field) => !(field in value))) {
    throw new TimerError('TIMER_STATE_MALFORMED', { fields });
  }
  return value as Shape;
}
