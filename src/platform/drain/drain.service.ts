import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { ENV } from '../../config/config.module';
import type { Env } from '../../config/env';

/**
 * What a room does before the instance stops, while everything still works.
 *
 * @param periodMs - when it has to be done
 */
export type DrainStep = (periodMs: number) => Promise<void>;

/**
 * The time between the wish to stop and the stop: the instance says that it is not ready, goes on serving, and hands over
 * what it holds. Rooms add what they have to hand over; nothing is closed that others still use.
 */
@Injectable()
export class Drain {
  private readonly log = new Logger('platform');
  private readonly steps = new Map<string, DrainStep>();
  private running: Promise<void> | null = null;

  constructor(@Inject(ENV) private readonly env: Pick<Env, 'drainNoticeMs' | 'drainPeriodMs'>) {}

  /** Whether the instance is about to stop. */
  get isDraining(): boolean {
    return this.running !== null;
  }

  /** Adds a step; all run at once. @param name - for the log; one step for each */
  add(name: string, step: DrainStep): void {
    this.steps.set(name, step);
  }

  /** Runs all steps once, at most for notice and period; never rejects. */
  run(): Promise<void> {
    return (this.running ??= this.drain());
  }

  private async drain(): Promise<void> {
    const { drainNoticeMs, drainPeriodMs } = this.env;
    const startedAt = performance.now();
    this.log.log({ message: 'drain begun', noticeMs: drainNoticeMs, periodMs: drainPeriodMs });
    if (drainNoticeMs > 0) await delay(drainNoticeMs);
    const late = new Set(this.steps.keys());
    const all = [...this.steps].map(async ([name, step]) => {
      await step(drainPeriodMs).catch((err: unknown) => {
        this.log.warn({ message: 'drain step failed', step: name, err });
      });
      late.delete(name);
    });
    const limit = new AbortController();
    await Promise.race([
      Promise.all(all),
      delay(drainPeriodMs, undefined, { signal: limit.signal }).catch(() => undefined),
    ]);
    limit.abort();
    const durationMs = Math.round(performance.now() - startedAt);
    this.log.log({ message: 'drain ended', durationMs, late: [...late] });
  }
}
