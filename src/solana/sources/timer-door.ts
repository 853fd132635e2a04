import type { ReadingState, TimerService, WriteOutcome } from '../../timer/timer.service';
import type { TimerState } from '../../timer/domain/timer';
import type { Completeness } from '../../settings/domain/settings';
import type { TimerMemory } from './timer-memory';

/** What reading the chain asks of the timers. */
export type TimerDoor = Pick<TimerService, 'reading' | 'apply' | 'place' | 'settle' | 'learn' | 'retract'>;

/** One timer's turn: what is known of it, and who reads. */
export interface Turn {
  readonly reading: ReadingState;
  readonly memory: TimerMemory;
  readonly completeness: Completeness;
  readonly fencingToken: number;
  readonly signal: AbortSignal;
}

/** A write that was refused for good: another leads, or the timer is gone. */
export type Refused = Extract<WriteOutcome, { readonly tag: 'stale_leader' | 'unknown_timer' }>;

/** The refusal that ends a turn; null where the write was taken, or was decided on a log that has changed. */
export function refusedBy(outcome: WriteOutcome): Refused | null {
  return outcome.tag === 'stale_leader' || outcome.tag === 'unknown_timer' ? outcome : null;
}

/** The addresses that are read for a timer: its mint first, then its pools. */
export function watchedAddresses(state: Pick<TimerState, 'current' | 'pools'>): readonly string[] {
  return [...new Set([state.current.tokenAddress, ...state.pools])];
}
