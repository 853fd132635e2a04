/** What the timer room takes from the environment; provided by its module. */
export const TIMER_OPTIONS = Symbol('TIMER_OPTIONS');

/** @see TIMER_OPTIONS */
export interface TimerOptions {
  /** Bound of the marks against counting twice. */
  readonly eventsTtlSec: number;
  readonly settleMarginMs: number;
  readonly maxTimers: number;
  /** Whether this instance wakes at deadlines and closes rounds. */
  readonly isWatcher: boolean;
  /** A step of a closing or of an act that takes longer was abandoned by its instance; another finishes it. */
  readonly abandonedAfterMs: number;
}
