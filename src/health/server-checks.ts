import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { PostgresService } from '../platform/postgres/postgres.service';
import { RedisService } from '../platform/redis/redis.service';
import { SharedClock } from '../platform/redis/shared-clock';
import type { ServiceHealth } from './picture';

const CHECK_WITHIN_MS = 1_000;

/** Facts that a check found. */
export type Facts = Readonly<Record<string, unknown>>;

/** Checks of what the rooms stand on. Each has its own time-out, and none throws. */
@Injectable()
export class ServerChecks {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly servers: RedisService,
    private readonly database: PostgresService,
    private readonly clock: SharedClock,
  ) {}

  /** Shared time, ISO 8601. */
  now(): string {
    return new Date(this.clock.now()).toISOString();
  }

  /** Why timers are not shown as they should be; null where they are. */
  timerProblem(): string | null {
    if (!this.servers.isReady) return 'the last known state is served';
    return this.clock.isSuspect ? 'the shared clock is suspect' : null;
  }

  async redis(): Promise<ServiceHealth> {
    return await this.check('redis', async () => {
      await this.servers.commands.ping();
      return {};
    });
  }

  async postgres(): Promise<ServiceHealth> {
    return await this.check('postgres', async () => {
      await this.database.query('select 1');
      return {};
    });
  }

  /** Healthy where `ask` answers in time; what it found goes into the answer. */
  async check(name: string, ask: () => Promise<Facts>, withinMs = CHECK_WITHIN_MS): Promise<ServiceHealth> {
    const startedAt = performance.now();
    let facts: Facts = {};
    const result = await this.indicators
      .check(name)
      .attempt(async () => {
        facts = await ask();
      })
      .withTimeout(withinMs);
    const tookMs = Math.round(performance.now() - startedAt);
    if (result[name]?.status === 'up') return { ...facts, status: 'healthy', tookMs };
    return {
      status: 'unhealthy',
      tookMs,
      problem: tookMs >= withinMs ? 'no answer in time' : 'cannot be used',
    };
  }
}
