import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { MetricsService } from '../../metrics/metrics.service';
import { SharedClock } from '../../platform/redis/shared-clock';
import { SolanaService } from '../../solana/solana.service';
import { TimerService } from '../../timer/timer.service';

const STEPS_OF_MS = 600_000;

/** Levels of the rooms, filled in when they are scraped. Names and units are those of docs/metrics.md. */
@Injectable()
export class LevelMetrics {
  constructor(metrics: MetricsService, timers: TimerService, solana: SolanaService, clock: SharedClock) {
    const { registry } = metrics;
    gaugeDeadlines(registry, timers);
    gaugeReading(registry, solana);
    gauge(
      registry,
      [
        'redis_clock_skew_seconds',
        'Largest step of Redis TIME against the clock of this process in the last ten minutes.',
      ],
      () => clock.largestStepMs(STEPS_OF_MS) / 1000,
    );
    new Counter({
      name: 'rpc_credits_total',
      help: 'Credits that this process used, by method and the price table.',
      labelNames: ['method'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { method, credits } of solana.calls()) this.inc({ method }, credits);
      },
    });
  }
}

function gaugeDeadlines(registry: Registry, timers: Pick<TimerService, 'shown'>): void {
  new Gauge({
    name: 'timer_deadline_timestamp_seconds',
    help: 'Deadline that this instance shows; absent while paused.',
    labelNames: ['timer'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { id, deadlineMs } of timers.shown()) {
        if (deadlineMs !== null) this.set({ timer: id }, deadlineMs / 1000);
      }
    },
  });
}

function gaugeReading(registry: Registry, solana: SolanaService): void {
  gauge(registry, ['leader', '1 while this instance reads the chain.'], async () =>
    (await solana.status()).isLeader ? 1 : 0,
  );
  gauge(
    registry,
    [
      'watcher_slot_lag',
      'Slots between the highest and the lowest endpoint, as the leader told last; NaN where nobody reads.',
    ],
    async () => {
      const slots = (await solana.endpoints()).map(({ slot }) => slot).filter((slot) => slot !== null);
      return slots.length === 0 ? Number.NaN : Math.max(...slots) - Math.min(...slots);
    },
  );
  gauge(
    registry,
    [
      'watcher_cursor_age_seconds',
      'Since the timer that was read longest ago was read; NaN where nobody reads.',
    ],
    async () => {
      const observed = await solana.observation().catch(() => null);
      const ageMs = observed?.lookAgeMs ?? null;
      return ageMs === null ? Number.NaN : ageMs / 1000;
    },
  );
}

function gauge(
  registry: Registry,
  [name, help]: readonly [name: string, help: string],
  read: () => number | Promise<number>,
): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await read());
    },
  });
}
