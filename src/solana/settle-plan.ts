import type { TimerState } from '../timer/domain/timer';
import type { ReadingState } from '../timer/timer.service';
import { typicalLagMs } from './domain/commitment';
import type { ReaderClock } from './reading-policy';
import { openDeadlineMs } from './settler';
import type { SettleOutcome, SettleRules } from './settler';

/** A tail of this many entries is settled while a round runs. */
const LONG_TAIL = 500;
/** It need not be shorter than what comes in this time: each settling reads all lists. */
const LONG_TAIL_PAUSE_MS = 15_000;
/** Waits between questions for a slot that is late; they double up to the second. */
const ASK_AGAIN_MS = 250;
const LONGEST_ASK_MS = 8_000;
/** A round that stays open although the chain is settled waits for something else. */
const AFTER_SETTLING_MS = 1_000;
const SHORTEST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 15_000;

/** When a timer is to be settled, and when to try again. */
export class SettlePlan {
  private earlyInRow = 0;
  private failures = 0;
  private notBeforeMs = Number.NEGATIVE_INFINITY;
  private shortenedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly rules: SettleRules,
    private readonly clock: ReaderClock,
  ) {}

  /**
   * Whether settling is due: the chain should be past the deadline, or the tail has grown long.
   *
   * @param isBehind - pushes wait to be judged; what they will bring must not be fetched only to shorten a tail
   */
  isDue({ state, tail }: ReadingState, isSettling: boolean, nowMs: number, isBehind = false): boolean {
    const monotonicMs = this.clock.monotonicMs();
    if (monotonicMs < this.notBeforeMs) return false;
    if (isSettling) return nowMs >= this.closableAtMs(state);
    return tail.length >= LONG_TAIL && !isBehind && monotonicMs >= this.shortenedAtMs + LONG_TAIL_PAUSE_MS;
  }

  /** Ms until a settling timer is due; Infinity for any other. */
  dueInMs(state: TimerState, isSettling: boolean, nowMs: number): number {
    if (!isSettling) return Number.POSITIVE_INFINITY;
    return Math.max(this.closableAtMs(state) - nowMs, this.notBeforeMs - this.clock.monotonicMs());
  }

  /** Keeps what became of a settling. */
  settled(outcome: SettleOutcome): void {
    this.failures = 0;
    if (outcome.tag === 'ok') this.shortenedAtMs = this.clock.monotonicMs();
    this.earlyInRow = outcome.tag === 'too_early' ? this.earlyInRow + 1 : 0;
    const againMs = Math.min(ASK_AGAIN_MS * 2 ** Math.min(this.earlyInRow, 10), LONGEST_ASK_MS);
    const waitMs = outcome.tag === 'too_early' ? Math.max(outcome.waitMs, againMs) : AFTER_SETTLING_MS;
    this.notBeforeMs = this.clock.monotonicMs() + waitMs;
  }

  /** A settling failed: the next one waits, with full jitter. */
  failed(): void {
    this.failures += 1;
    const backoffMs = Math.min(SHORTEST_BACKOFF_MS * 2 ** Math.min(this.failures, 10), LONGEST_BACKOFF_MS);
    this.notBeforeMs = this.clock.monotonicMs() + backoffMs * this.clock.random();
  }

  /** Shared time at which the settling commitment has probably passed the deadline. */
  private closableAtMs(state: TimerState): number {
    const { marginMs, commitment } = this.rules;
    return (openDeadlineMs(state) ?? 0) + marginMs + typicalLagMs(commitment);
  }
}
