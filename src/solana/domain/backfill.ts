import type { Trade } from '../../timer/domain/trade';

/** A stretch of the chain's time, epoch ms, both ends included. */
export interface BackfillRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One walk back through the list of one address. */
export interface Walk extends BackfillRange {
  readonly timerId: string;
  readonly mint: string;
  readonly address: string;
}

/** How far a walk has come. */
export interface WalkProgress {
  /** Oldest signature that was dealt with; null: none yet. */
  readonly beforeSignature: string | null;
  /** Block time of the oldest row that was listed, epoch ms; null: none yet. */
  readonly reachedMs: number | null;
  /** Rows within the range, transactions that were fetched, trades found in them, transactions that no endpoint has. */
  readonly listed: number;
  readonly fetched: number;
  readonly trades: number;
  readonly missing: number;
  readonly isDone: boolean;
}

/** What of a row decides whether it lies in a range. */
interface DatedRow {
  readonly hasFailed: boolean;
  readonly blockTimeSec: number | null;
}

/** Where what is found goes; the history implements it. Every method throws while Postgres is away. */
export interface BackfillKeeping {
  /** How far the walk has come before; null: it is new. */
  progress(walk: Walk): Promise<WalkProgress | null>;
  /** Which of the signatures the history already holds for the timer. */
  known(timerId: string, signatures: readonly string[]): Promise<ReadonlySet<string>>;
  /** Writes trades, each at most once, then how far the walk has come. */
  keep(walk: Walk, trades: readonly Trade[], progress: WalkProgress): Promise<void>;
}

/** A walk that has not begun. */
export const UNBEGUN: WalkProgress = {
  beforeSignature: null,
  reachedMs: null,
  listed: 0,
  fetched: 0,
  trades: 0,
  missing: 0,
  isDone: false,
};

/** Where a backfill begins or ends, as it was asked for. */
export type Bound =
  { readonly kind: 'slot'; readonly slot: number } | { readonly kind: 'time'; readonly ms: number };

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Reads a slot, or an ISO 8601 time with its zone, or a date in UTC; null for anything else. */
export function readBound(text: string): Bound | null {
  if (/^\d{1,15}$/.test(text)) return { kind: 'slot', slot: Number(text) };
  const ms = ISO.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? null : { kind: 'time', ms };
}

/** How much of the range a walk has left behind, from 0 to 1. @param nowMs - lists begin at the present */
export function shareDone({ isDone, reachedMs }: WalkProgress, range: BackfillRange, nowMs: number): number {
  if (isDone) return 1;
  if (reachedMs === null || nowMs <= range.fromMs) return 0;
  return Math.min(1, Math.max(0, (nowMs - reachedMs) / (nowMs - range.fromMs)));
}

/** Rows of a page that may hold trades of the range; what failed never does. */
export function rowsWithin<Row extends DatedRow>(rows: readonly Row[], range: BackfillRange): readonly Row[] {
  return rows.filter(({ hasFailed, blockTimeSec }) => {
    if (hasFailed) return false;
    return blockTimeSec === null || isWithin(blockTimeSec * 1000, range);
  });
}

/** Whether a time lies in the range. */
export function isWithin(ms: number, { fromMs, toMs }: BackfillRange): boolean {
  return ms >= fromMs && ms <= toMs;
}
