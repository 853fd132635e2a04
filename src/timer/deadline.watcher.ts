import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { SharedClock } from '../platform/redis/shared-clock';
import { DeadlineWork } from './deadline.work';
import { tellSettling } from './domain/change';
import type { TimerState } from './domain/timer';
import { TimerStore } from './redis/timer.store';
import { TimerLog } from './timer.log';
import { TIMER_OPTIONS } from './timer.options';
import type { TimerOptions } from './timer.options';

const SWEEP_EVERY_MS = 1_000;
const ASK_POSTGRES_EVERY_MS = 10_000;

/**
 * Wakes at deadlines. Says that a timer is settling, ends timers without chain reading by the shared clock, and
 * finishes what a crashed instance left half done. Every watcher does so; the commit lets only one win.
 */
@Injectable()
export class DeadlineWatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('timer');
  private readonly sinceMs = new Map<string, number>();
  /** Every timer this instance has ever seen; Redis may lose the list with everything else. */
  private readonly known = new Set<string>();
  private askPostgresAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private sweeping: Promise<void> = Promise.resolve();
  private isFailing = false;

  constructor(
    private readonly store: TimerStore,
    private readonly timers: TimerLog,
    private readonly work: DeadlineWork,
    private readonly clock: SharedClock,
    @Inject(TIMER_OPTIONS) private readonly options: TimerOptions,
  ) {}

  onApplicationBootstrap(): void {
    if (this.options.isWatcher) this.wakeIn(0);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  private wakeIn(delayMs: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.sweeping = this.sweepQuietly().then((nextMs) => this.wakeIn(nextMs));
    }, delayMs);
  }

  private async sweepQuietly(): Promise<number> {
    try {
      const next = await this.sweep();
      if (this.isFailing) this.log.log({ message: 'deadline watch resumed' });
      this.isFailing = false;
      return next;
    } catch (err) {
      if (!this.isFailing) this.log.warn({ message: 'deadline watch interrupted', err });
      this.isFailing = true;
      return SWEEP_EVERY_MS;
    }
  }

  /** @returns ms until the next look */
  private async sweep(): Promise<number> {
    let nextMs = SWEEP_EVERY_MS;
    await this.learnIds();
    const failures: unknown[] = [];
    for (const id of this.known) {
      // one timer that cannot be handled must not stop the others
      const untilMs = await this.watch(id).catch((err: unknown) => {
        failures.push(err);
        return Infinity;
      });
      if (untilMs > 0) nextMs = Math.min(nextMs, untilMs + 1);
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} timers could not be watched`);
    return nextMs;
  }

  /** A timer that Redis lost before it was ever seen here is known to Postgres alone. */
  private async learnIds(): Promise<void> {
    const ids = await this.store.ids();
    for (const id of ids) this.known.add(id);
    if (ids.length > 0 && performance.now() < this.askPostgresAt) return;
    this.askPostgresAt = performance.now() + ASK_POSTGRES_EVERY_MS;
    for (const id of await this.work.durableIds().catch(() => [])) this.known.add(id);
  }

  /** @returns ms until the timer's deadline; Infinity where no time runs */
  private async watch(id: string): Promise<number> {
    const peek = await this.store.peek(id);
    if (peek === null || !peek.isTrusted) {
      await this.work.recover(id);
      return Infinity;
    }
    await this.look(peek.state);
    const { current } = peek.state;
    return current.phase === 'RUNNING' ? current.deadlineMs - this.clock.now() : Infinity;
  }

  private async look(state: TimerState): Promise<void> {
    const { id, current, reserved, closing } = state;
    if (state.isDeleted) return;
    if (closing !== null && this.isAbandoned(`${id} closing ${closing.round}`))
      await this.work.finish(id, closing);
    if (reserved !== null && this.isAbandoned(`${id} act ${reserved.id}`))
      await this.work.resolve(id, reserved);
    if (closing !== null || current.phase !== 'RUNNING' || this.clock.now() <= current.deadlineMs) return;
    if (!state.chainReading) {
      if (!this.clock.isSuspect) await this.work.endByClock(state, this.clock.now());
      return;
    }
    if (state.settlingToldMs === current.deadlineMs) return;
    await this.timers.write(id, {
      fencingToken: null,
      plan: (log) => ({ change: tellSettling(log, this.clock.now()), extra: null }),
    });
  }

  private isAbandoned(what: string): boolean {
    const nowMs = performance.now();
    for (const [key, sinceMs] of this.sinceMs) if (nowMs - sinceMs > 60_000) this.sinceMs.delete(key);
    const sinceMs = this.sinceMs.get(what) ?? nowMs;
    this.sinceMs.set(what, sinceMs);
    return nowMs - sinceMs >= this.options.abandonedAfterMs;
  }
}
