import type { IntervalBounds, PollingMode } from '../../settings/domain/settings';
import type { TimerStatus } from '../../timer/domain/timer';
import type { BudgetState } from './budget';

/** All that the time of the next look depends on. Times are ms of the shared clock. */
export interface ScheduleView {
  readonly nowMs: number;
  readonly status: TimerStatus;
  /** Deadline of the open round; null while paused or expired. */
  readonly deadlineMs: number | null;
  /** When the chain was looked at last with success; null: not yet. */
  readonly lastLookMs: number | null;
  /** The mode that is in force, its bounds, and a fixed interval that overrides both. */
  readonly mode: PollingMode;
  readonly bounds: IntervalBounds;
  readonly fixedMs: number | null;
  /** Counting or not: trades an hour, of late. */
  readonly tradesPerHour: number;
  readonly viewers: number;
  readonly budget: BudgetState;
  /** True while pushes bring what happens, so that looks are only the proof. */
  readonly isPushed: boolean;
  /** True where somebody has heard since the last look that something happened. */
  readonly isHeard: boolean;
  /** Failed turns in a row, and when the last one failed. */
  readonly failures: number;
  readonly failedAtMs: number;
  /** When the first row that waits is due; null where none waits. */
  readonly pendingAtMs: number | null;
  /** From [0, 1). */
  readonly random: number;
}

/** A deadline is looked at this long after it: what was in the last block before it is listed by then. */
export const SIGHT_MS = 1_500;
/** A look that would come this shortly before the one at the deadline is left to that one. */
const MERGED_MS = 3_000;
/** Sweeps behind pushes. */
const SWEEP_MS = 600_000;
/** With all credits spent a round may open this late; its times are the chain's all the same. */
const SPENT_MS = 1_800_000;
/** With viewers the time that is left is looked at so often, within the bounds. */
const LOOKS_PER_REMAINDER = 4;
const SOONEST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 15_000;
const HOUR_MS = 3_600_000;

/**
 * When to look next: at the deadline always; before it as often as the mode, the trade rate, the time left and whoever
 * watches make it worth its credits. Where something was heard of, as soon as the mode allows. After failures later, with
 * full jitter.
 *
 * @returns shared time, which may lie in the past: then at once
 */
export function nextLookAtMs(view: ScheduleView): number {
  const { lastLookMs, failures, failedAtMs, random, pendingAtMs } = view;
  const plannedMs = lastLookMs === null ? view.nowMs : plannedAtMs(view, lastLookMs);
  if (failures > 0) {
    const longestMs = Math.min(SOONEST_BACKOFF_MS * 2 ** Math.min(failures, 10), LONGEST_BACKOFF_MS);
    return Math.max(plannedMs, failedAtMs + SOONEST_BACKOFF_MS + random * longestMs);
  }
  // with all credits spent an open row can wait until the deadline; then the end of the round waits for the row
  const canWait = view.budget === 'spent' && (view.deadlineMs === null || view.nowMs <= view.deadlineMs);
  if (pendingAtMs === null || canWait) return plannedMs;
  return Math.min(plannedMs, pendingAtMs);
}

function plannedAtMs(view: ScheduleView, lastLookMs: number): number {
  const nextMs = lastLookMs + Math.min(intervalMs(view), heardMs(view));
  const { deadlineMs } = view;
  if (deadlineMs === null) return nextMs;
  const deadlineLookMs = deadlineMs + SIGHT_MS;
  if (lastLookMs >= deadlineLookMs) return nextMs;
  return nextMs >= deadlineLookMs - MERGED_MS ? deadlineLookMs : nextMs;
}

/** The interval where no deadline lies in it; Infinity: the look at the deadline is all there is. */
function intervalMs(view: ScheduleView): number {
  const { status, bounds, fixedMs, budget, isPushed } = view;
  const isRunning = status === 'RUNNING' || status === 'SETTLING';
  if (budget === 'spent') return isRunning ? Number.POSITIVE_INFINITY : SPENT_MS;
  if (fixedMs !== null && budget !== 'low') return fixedMs;
  if (isPushed) return Math.max(SWEEP_MS, bounds.maxMs);
  if (view.mode === 'ECONOMY') return isRunning ? Number.POSITIVE_INFINITY : bounds.maxMs;
  if (view.viewers === 0 || status === 'PAUSED') return bounds.maxMs;
  return Math.min(bounds.maxMs, Math.max(bounds.minMs, wantedMs(view)));
}

/** However much is heard, looks come no sooner than the mode allows; with all credits spent, hearsay is worth none. */
function heardMs({ isHeard, budget, bounds, fixedMs }: ScheduleView): number {
  if (!isHeard || budget === 'spent') return Number.POSITIVE_INFINITY;
  return fixedMs === null || budget === 'low' ? bounds.minMs : Math.min(fixedMs, bounds.minMs);
}

/** One look for each trade to be expected, and some for the time that is left. */
function wantedMs({ nowMs, deadlineMs, tradesPerHour }: ScheduleView): number {
  const perTradeMs = HOUR_MS / Math.max(tradesPerHour, Number.MIN_VALUE);
  if (deadlineMs === null || nowMs > deadlineMs) return perTradeMs;
  return Math.min(perTradeMs, (deadlineMs - nowMs) / LOOKS_PER_REMAINDER);
}
