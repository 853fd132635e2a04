import type { MonitoringSettings } from '../settings/domain/settings';
import type { BudgetState } from './domain/budget';

/** What the reader is told by settings, credits, pushes and viewers; asked again at every turn. */
export interface ReadingPolicy {
  monitoring(): MonitoringSettings;
  budget(): BudgetState;
  /** Subscribers of a timer over all instances, as far as known. */
  viewers(timerId: string): number;
  /** Whether pushes bring what happens, and lately did not miss anything. */
  isPushed(): boolean;
  /** Whether pushed transactions wait to be judged. */
  isPushBehind(): boolean;
  /** Every endpoint says that its credits are used up; for so long it is not worth asking again. */
  creditsExhausted(forMs: number): void;
}

/** Where the policy is provided. */
export const READING_POLICY = Symbol('READING_POLICY');

/** Time as the reader sees it. */
export interface ReaderClock {
  /** A clock that never steps. */
  monotonicMs(): number;
  /** From [0, 1). */
  random(): number;
}

/** The clock of a running process. */
export const PROCESS_CLOCK: ReaderClock = {
  monotonicMs: () => performance.now(),
  random: () => Math.random(),
};
