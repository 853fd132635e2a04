import { BUCKET_MS } from './buckets';
import type { BucketSize } from './buckets';
import { MAX_EPOCH_MS } from './cursor';

/** A trade that came with at most this much left has saved the round in its last seconds. */
export const LAST_SECONDS = '10 seconds';

/** Length of leader boards. */
export const LEADERS = 10;

/** A trader in a leader board. */
export interface Leader {
  readonly trader: string;
  readonly trades: number;
  /** Exact decimal in whole tokens. */
  readonly volume: string;
}

/** A trader who saved rounds in their last seconds. */
export interface Saver {
  readonly trader: string;
  readonly saves: number;
  /** Least time that was left, ms. */
  readonly closestMs: number;
}

/** Figures of a timer over a stretch of time. */
export interface TimerStats {
  /** Whole minutes: where the stretch begins; null: with the first trade. */
  readonly fromMs: number | null;
  /** Null: now. */
  readonly toMs: number | null;
  readonly buys: number;
  readonly sells: number;
  readonly volume: string;
  readonly traders: number;
  /** Trades that moved the deadline. */
  readonly resets: number;
  /** Null where there is no trade. */
  readonly resetsPerHour: number | null;
  /** Between block times of trades that follow each other; null with fewer than two. */
  readonly longestWaitSec: number | null;
  readonly shortestWaitSec: number | null;
  readonly byVolume: readonly Leader[];
  readonly bySaves: readonly Saver[];
}

/** A part of a stretch that one size of buckets covers. */
export interface Segment {
  readonly size: BucketSize;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Half open: whole minutes from `fromMs` to before `toMs`. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The stretch in whole minutes: down to one at its begin, up to one at its end; open ends reach as far as time. */
export function stretchOf(fromMs: number | null, toMs: number | null): Stretch {
  const minuteMs = BUCKET_MS.MINUTE;
  const lastDayMs = Math.floor(MAX_EPOCH_MS / BUCKET_MS.DAY) * BUCKET_MS.DAY;
  return {
    fromMs: Math.min(Math.floor((fromMs ?? 0) / minuteMs) * minuteMs, lastDayMs),
    toMs: toMs === null ? lastDayMs : Math.min(Math.ceil(toMs / minuteMs) * minuteMs, lastDayMs),
  };
}

/**
 * Covers a stretch with as few buckets as can be: whole days, and at their edges hours and minutes. They neither overlap
 * nor leave anything out.
 */
export function segmentsOf(
  stretch: Stretch,
  sizes: readonly BucketSize[] = ['DAY', 'HOUR', 'MINUTE'],
): Segment[] {
  const [size, ...smaller] = sizes;
  const { fromMs, toMs } = stretch;
  if (size === undefined || fromMs >= toMs) return [];
  const { fromMs: innerFrom, toMs: innerTo } = wholeIn(stretch, size);
  if (innerFrom >= innerTo) return segmentsOf(stretch, smaller);
  return [
    ...segmentsOf({ fromMs, toMs: innerFrom }, smaller),
    { size, fromMs: innerFrom, toMs: innerTo },
    ...segmentsOf({ fromMs: innerTo, toMs }, smaller),
  ];
}

/** The whole buckets of a size inside a stretch; empty (from not before to) where there are none. */
export function wholeIn({ fromMs, toMs }: Stretch, size: BucketSize): Stretch {
  const lengthMs = BUCKET_MS[size];
  return {
    fromMs: Math.ceil(fromMs / lengthMs) * lengthMs,
    toMs: Math.floor(toMs / lengthMs) * lengthMs,
  };
}
