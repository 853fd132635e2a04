/** Injection token of {@link HistoryOptions}. */
export const HISTORY_OPTIONS = Symbol('HISTORY_OPTIONS');

/** What the history room needs to know at start. */
export interface HistoryOptions {
  /** Name of this process in the consumer group; two live processes never share one. */
  readonly instanceId: string;
  /** How long delivered entries stay in the streams, seconds. */
  readonly eventsTtlSec: number;
  /** Whether this instance writes history (role `historian`); reading works anyway. */
  readonly isHistorian: boolean;
  readonly pace?: Partial<HistorianPace>;
}

/** Bounds and intervals of the historian. */
export interface HistorianPace {
  /** Most entries of one read and one Postgres transaction. */
  readonly batchSize: number;
  /** How long one read waits for entries, and so how long a new timer may be unknown, ms. */
  readonly blockMs: number;
  /** An entry that was delivered this long ago and is not acknowledged belongs to a dead consumer, ms. */
  readonly claimIdleMs: number;
  readonly claimEveryMs: number;
  readonly trimEveryMs: number;
  /** An entry that still cannot be written when it was delivered this often is set aside. */
  readonly maxDeliveries: number;
}

/** The pace in production. */
export const HISTORIAN_PACE: HistorianPace = {
  batchSize: 500,
  blockMs: 1_000,
  claimIdleMs: 15_000,
  claimEveryMs: 5_000,
  trimEveryMs: 60_000,
  maxDeliveries: 5,
};
