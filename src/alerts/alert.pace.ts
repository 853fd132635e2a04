/** Injection token of {@link AlertPace}, for tests that cannot wait as long. */
export const ALERT_PACE = Symbol('ALERT_PACE');

/** Intervals of the alerts. */
export interface AlertPace {
  /** How often each instance looks. */
  readonly lookEveryMs: number;
  /** How long a probe may take; later its rules count as not read. */
  readonly probeWithinMs: number;
  /** How long the reading of an instance holds that does not look any more. */
  readonly readingHoldsMs: number;
  /** Events are counted over this time. */
  readonly countedMs: number;
  /** The pause after the first failed delivery. */
  readonly firstPauseMs: number;
  /** How long the word of a recovery waits for that of the firing. */
  readonly inOrderMs: number;
  /** How often each instance removes what nobody needs any more. */
  readonly tidyEveryMs: number;
}

/** The pace in production. */
export const ALERT_PACE_DEFAULT: AlertPace = {
  lookEveryMs: 2_000,
  probeWithinMs: 4_000,
  readingHoldsMs: 15_000,
  countedMs: 600_000,
  firstPauseMs: 1_000,
  inOrderMs: 600_000,
  tidyEveryMs: 3_600_000,
};
