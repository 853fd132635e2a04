import { Logger } from '@nestjs/common';
import { AppError } from '../platform/app-error';
import { statusAt } from '../timer/domain/timer';
import type { TimerState } from '../timer/domain/timer';
import type { ReadingState } from '../timer/timer.service';
import type { ChainObserver } from './chain-observer';
import { completenessWithin, modeWithin } from './domain/budget';
import { completenessFor } from './domain/completeness';
import { nextLookAtMs } from './domain/schedule';
import type { ScheduleView } from './domain/schedule';
import { purposeIs } from './purpose-of-call';
import type { ReaderClock, ReadingPolicy } from './reading-policy';
import { SettlePlan } from './settle-plan';
import { openDeadlineMs } from './settler';
import type { SettleRules, Settler } from './settler';
import type { PollingSource } from './sources/polling.source';
import { watchedAddresses } from './sources/timer-door';
import type { Turn, TimerDoor } from './sources/timer-door';
import type { TimerMemories } from './sources/timer-memory';
import { Sleep } from './sleep';

/** How soon a timer that is not to be read is asked again. */
const IDLE_MS = 2_000;
/** Nobody sleeps longer: settings, viewers and deadlines change without a word to the reader. */
const LONGEST_SLEEP_MS = 5_000;

/** Credits that are used up come back with the month, or when somebody buys more. */
const EXHAUSTED_MS = 600_000;

/** What the workers of all timers share. */
export interface WorkerParts {
  readonly timers: TimerDoor;
  readonly polling: PollingSource;
  readonly settler: Settler;
  readonly observer: ChainObserver;
  readonly memories: TimerMemories;
  readonly rules: SettleRules;
  readonly policy: ReadingPolicy;
  readonly clock: ReaderClock;
}

/** Why a worker ended. */
export type WorkerEnd = 'aborted' | 'stale_leader' | 'unknown_timer';
type Refusal = Exclude<WorkerEnd, 'aborted'>;

/** Reads the chain for one timer: looks when a look is due, settles when settling is, and sleeps in between. */
export class TimerWorker {
  private readonly log = new Logger('solana');
  private readonly sleep: Sleep;
  private readonly plan: SettlePlan;
  private failures = 0;
  private failedAtMs = 0;
  private lastLookAtMs: number | null = null;
  /** When the next look was due that has not been, shared clock; null where the timer is not read. */
  private dueAtMs: number | null = null;
  private warnedDeadlineMs: number | null = null;
  private isHeard = false;

  constructor(
    private readonly parts: WorkerParts,
    private readonly timerId: string,
    private readonly fencingToken: number,
    private readonly signal: AbortSignal,
  ) {
    this.sleep = new Sleep(signal);
    this.plan = new SettlePlan(parts.rules, parts.clock);
  }

  /** True from TIMER_SETTLE_TIMEOUT after a deadline until its round is settled. */
  get isOverdue(): boolean {
    return this.warnedDeadlineMs !== null;
  }

  /** How long ago the last look succeeded, ms; null before the first, and where the timer is not read. */
  get lookAgeMs(): number | null {
    if (this.dueAtMs === null || this.lastLookAtMs === null) return null;
    return this.parts.clock.monotonicMs() - this.lastLookAtMs;
  }

  /** How late the look is that is due, ms; 0 where none is. */
  get lateMs(): number {
    return this.dueAtMs === null ? 0 : Math.max(0, this.parts.observer.now() - this.dueAtMs);
  }

  /** Looks as soon as the mode allows: somebody has heard that something happened. */
  wake(): void {
    if (this.isHeard) return;
    this.isHeard = true;
    this.sleep.end();
  }

  /** Works until the signal is aborted, or the timer or the lease is gone. */
  async run(): Promise<WorkerEnd> {
    while (!this.signal.aborted) {
      const next = await this.step();
      if (typeof next === 'string') return next;
      await this.sleep.atMost(Math.min(next, LONGEST_SLEEP_MS));
    }
    return 'aborted';
  }

  /** Does what is due. @returns ms until something is due again if nothing changes, or why nothing will be */
  async step(): Promise<number | Refusal> {
    try {
      const reading = await this.parts.timers.reading(this.timerId);
      if (reading === null || reading.state.isDeleted) return 'unknown_timer';
      if (!reading.state.chainReading || !this.parts.policy.monitoring().isReadingEnabled) {
        this.dueAtMs = null;
        return IDLE_MS;
      }
      // failures put the next look off; how late it is counts from when it was due without them
      if (this.failures === 0 || this.dueAtMs === null) this.dueAtMs = nextLookAtMs(this.scheduleOf(reading));
      this.watchOverdue(reading.state);
      const refused = await this.workOn(reading);
      if (refused !== null) return refused;
      const after = await this.parts.timers.reading(this.timerId);
      if (after === null) return 'unknown_timer';
      this.watchOverdue(after.state);
      return this.waitMs(after);
    } catch (err) {
      if (this.signal.aborted) return 0;
      this.fail(err);
      return this.backoffMs();
    }
  }

  private async workOn(reading: ReadingState): Promise<Refusal | null> {
    const turn = this.turnOf(reading);
    let present = turn;
    if (this.isLookDue(reading)) {
      const refused = await this.look(turn);
      if (refused !== null) return refused;
      this.lastLookAtMs = this.parts.clock.monotonicMs();
      this.succeed();
      const fresh = await this.parts.timers.reading(this.timerId);
      if (fresh === null) return 'unknown_timer';
      if (fresh.state.current.tokenAddress !== turn.memory.mint) return null;
      present = this.turnOf(fresh);
    }
    const isSettling = statusAt(present.reading.state, this.parts.observer.now()) === 'SETTLING';
    const isBehind = this.parts.policy.isPushBehind();
    if (!this.plan.isDue(present.reading, isSettling, this.parts.observer.now(), isBehind)) return null;
    return await this.settle(present);
  }

  /** What is heard while it looks is left to the next look, and so is what was heard before one that fails. */
  private async look(turn: Turn): Promise<Refusal | null> {
    const hadHeard = this.isHeard;
    this.isHeard = false;
    try {
      const refused = await purposeIs('look', () => this.parts.polling.look(turn));
      return refused?.tag ?? null;
    } catch (err) {
      this.isHeard ||= hadHeard;
      throw err;
    }
  }

  private async settle(turn: Turn): Promise<Refusal | null> {
    const { clock, settler, observer } = this.parts;
    try {
      const outcome = await purposeIs('settle', () => settler.settle(turn));
      this.plan.settled(outcome);
      if (outcome.tag === 'stale_leader' || outcome.tag === 'unknown_timer') return outcome.tag;
      if (outcome.tag === 'ok') {
        // everything up to the watermark was read: as good as a look at its time
        const agoMs = Math.max(0, observer.now() - outcome.state.watermark.blockTimeMs);
        this.lastLookAtMs = Math.max(this.lastLookAtMs ?? -Infinity, clock.monotonicMs() - agoMs);
      }
      this.succeed();
      return null;
    } catch (err) {
      this.plan.failed();
      throw err;
    }
  }

  private turnOf(reading: ReadingState): Turn {
    const { policy, memories } = this.parts;
    const wanted = completenessWithin(policy.monitoring().completeness, policy.budget());
    return {
      reading,
      memory: memories.of(reading.state),
      completeness: completenessFor(wanted, reading),
      fencingToken: this.fencingToken,
      signal: this.signal,
    };
  }

  private isLookDue(reading: ReadingState): boolean {
    const isUnread = watchedAddresses(reading.state).some(
      (address) => !reading.cursors.some((cursor) => cursor.address === address),
    );
    if (isUnread && this.failures === 0) return true;
    const view = this.scheduleOf(reading);
    return nextLookAtMs(view) <= view.nowMs;
  }

  private scheduleOf({ state }: ReadingState): ScheduleView {
    const { policy, observer, clock, memories } = this.parts;
    const { mode: wanted, bounds, fixedIntervalMs } = policy.monitoring();
    const budget = policy.budget();
    const mode = modeWithin(wanted, budget);
    const nowMs = observer.now();
    const memory = memories.of(state);
    const agoMs = (atMs: number): number => nowMs - (clock.monotonicMs() - atMs);
    return {
      nowMs,
      status: statusAt(state, nowMs),
      deadlineMs: openDeadlineMs(state),
      lastLookMs: this.lastLookAtMs === null ? null : agoMs(this.lastLookAtMs),
      mode,
      bounds: bounds[mode],
      fixedMs: fixedIntervalMs,
      tradesPerHour: memory.tradesPerHour(nowMs),
      viewers: policy.viewers(this.timerId),
      budget,
      isPushed: policy.isPushed(),
      isHeard: this.isHeard,
      failures: this.failures,
      failedAtMs: agoMs(this.failedAtMs),
      pendingAtMs: memory.nextDueAtMs === null ? null : agoMs(memory.nextDueAtMs),
      random: clock.random(),
    };
  }

  private waitMs(reading: ReadingState): number {
    const view = this.scheduleOf(reading);
    const lookMs = nextLookAtMs(view) - view.nowMs;
    const settleMs = this.plan.dueInMs(reading.state, view.status === 'SETTLING', view.nowMs);
    return Math.max(100, Math.min(lookMs, settleMs));
  }

  /** Where not even the timer can be read, or the chain cannot: later each time. */
  private backoffMs(): number {
    const longestMs = Math.min(1_000 * 2 ** Math.min(this.failures, 10), 15_000);
    return 1_000 + this.parts.clock.random() * longestMs;
  }

  private succeed(): void {
    this.failures = 0;
    this.parts.observer.succeeded();
  }

  private watchOverdue(state: TimerState): void {
    const deadlineMs = openDeadlineMs(state);
    const nowMs = this.parts.observer.now();
    if (deadlineMs === null || nowMs - deadlineMs <= this.parts.rules.timeoutMs) {
      this.warnedDeadlineMs = null;
    } else if (this.warnedDeadlineMs !== deadlineMs) {
      this.warnedDeadlineMs = deadlineMs;
      const durationMs = Math.round(nowMs - deadlineMs);
      this.log.warn({ message: 'settling took too long', timerId: this.timerId, deadlineMs, durationMs });
    }
  }

  private fail(err: unknown): void {
    this.failures += 1;
    this.failedAtMs = this.parts.clock.monotonicMs();
    const code = err instanceof AppError ? String(err.code) : err instanceof Error ? err.name : 'unknown';
    this.parts.observer.failed(code);
    if (code === 'SOLANA_CREDITS_EXCEEDED') this.parts.policy.creditsExhausted(EXHAUSTED_MS);
    const context = err instanceof AppError ? err.context : { err };
    const line = { message: 'look at the chain failed', timerId: this.timerId, code, ...context };
    if (this.failures === 1) this.log.warn(line);
    else this.log.debug(line);
  }
}
