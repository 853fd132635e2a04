import { HistoryError } from '../history.errors';

/** Sizes of buckets, and their lengths in ms. All begin at multiples of their length since the epoch, so in UTC. */
export const BUCKET_MS = {
  MINUTE: 60_000,
  FIVE_MINUTES: 300_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
} as const;

/** How long a bucket is. */
export type BucketSize = keyof typeof BUCKET_MS;

/** Most buckets of one answer: a month of 10 minutes, or half a year of hours. */
export const MAX_BUCKETS = 4_500;

/** Trades of one stretch of time, whole, whatever part of it was asked for. */
export interface TradeBucket {
  readonly startMs: number;
  readonly buys: number;
  readonly sells: number;
  /** Exact decimal in whole tokens. */
  readonly volume: string;
  /** Wallets that traded in it. */
  readonly traders: number;
  /** Mint that the prices and `quoteVolume` are told in; null where no trade of the answer has one. */
  readonly quoteMint: string | null;
  readonly quoteVolume: string;
  /** Prices in chain order; null where no trade of the bucket has one in `quoteMint`. */
  readonly open: string | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly close: string | null;
  /** False where it holds time of a round whose trades were not all fetched. */
  readonly isComplete: boolean;
}

/** The buckets of an answer: from the start of the first to the end of the last. */
export interface BucketRange {
  readonly size: BucketSize;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The buckets that a stretch of time touches.
 *
 * @throws HistoryError `HISTORY_FILTER_INVALID` where it ends before it begins, `HISTORY_COST_EXCEEDED` where they are
 *   too many
 */
export function bucketRange(size: BucketSize, fromMs: number, toMs: number): BucketRange {
  const lengthMs = BUCKET_MS[size];
  if (toMs < fromMs)
    throw new HistoryError('HISTORY_FILTER_INVALID', { field: 'to', problem: 'lies before from' });
  const range = {
    size,
    fromMs: Math.floor(fromMs / lengthMs) * lengthMs,
    toMs: Math.ceil(toMs / lengthMs) * lengthMs,
  };
  if ((range.toMs - range.fromMs) / lengthMs > MAX_BUCKETS) {
    const problem = `would give more than ${MAX_BUCKETS} buckets; ask for less time or a larger bucket`;
    throw new HistoryError('HISTORY_COST_EXCEEDED', { field: 'to', problem });
  }
  return range;
}

/** Starts of all buckets of a range, oldest first. */
export function startsIn({ size, fromMs, toMs }: BucketRange): number[] {
  const lengthMs = BUCKET_MS[size];
  return Array.from({ length: (toMs - fromMs) / lengthMs }, (_, index) => fromMs + index * lengthMs);
}
