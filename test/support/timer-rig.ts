import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ConfigModule } from '../../src/config/config.module';
import { parseEnv } from '../../src/config/env';
import { HistoryModule } from '../../src/history/history.module';
import { PlatformModule } from '../../src/platform/platform.module';
import { PostgresService } from '../../src/platform/postgres/postgres.service';
import { RedisService } from '../../src/platform/redis/redis.service';
import { SharedClock } from '../../src/platform/redis/shared-clock';
import { ActKeeper } from '../../src/timer/act.keeper';
import { LedgerStore } from '../../src/timer/postgres/ledger.store';
import { RecoveryService } from '../../src/timer/recovery.service';
import { TimerStore } from '../../src/timer/redis/timer.store';
import { RoundCloser } from '../../src/timer/round.closer';
import { TimerLog } from '../../src/timer/timer.log';
import { TimerModule } from '../../src/timer/timer.module';
import { TIMER_OPTIONS } from '../../src/timer/timer.options';
import type { TimerOptions } from '../../src/timer/timer.options';
import { TimerService } from '../../src/timer/timer.service';
import type { Trade } from '../../src/timer/domain/trade';
import { tradeAt } from './timer-lab';
import { NestLogger } from '../../src/platform/logging/logger';
import { silentLog } from './silent-log';

/** Servers and switches of one instance under test. */
export interface RigOptions {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly keyPrefix: string;
  /** Whether it wakes at deadlines and finishes what others left; default false. */
  readonly isWatcher?: boolean;
  readonly isHistorian?: boolean;
  readonly instanceId?: string;
}

/** One instance of the timer room (and, if asked, the historian) on real servers; several make a cluster. */
export class TimerRig implements AsyncDisposable {
  private constructor(private readonly app: INestApplicationContext) {}

  static async start(options: RigOptions): Promise<TimerRig> {
    const roles = [
      'api',
      ...(options.isWatcher ? ['watcher'] : []),
      ...(options.isHistorian ? ['historian'] : []),
    ];
    const { env } = parseEnv({
      NODE_ENV: 'test',
      REDIS_URL: options.redisUrl,
      DATABASE_URL: options.databaseUrl,
      REDIS_KEY_PREFIX: options.keyPrefix,
      ROLES: roles.join(','),
      ...(options.instanceId === undefined ? {} : { INSTANCE_ID: options.instanceId }),
    });
    const timerOptions: TimerOptions = {
      eventsTtlSec: env.redisEventsTtlSec,
      settleMarginMs: 2_000,
      maxTimers: 100,
      isWatcher: options.isWatcher ?? false,
      abandonedAfterMs: 300,
    };
    const testing = await Test.createTestingModule({
      imports: [ConfigModule.forRoot(env), PlatformModule, TimerModule, HistoryModule],
    })
      .overrideProvider(TIMER_OPTIONS)
      .useValue(timerOptions)
      .compile();
    testing.useLogger(new NestLogger(silentLog));
    try {
      return new TimerRig(await testing.init());
    } catch (err) {
      // what went wrong first is what is worth telling
      await testing.close().catch(() => undefined);
      throw err;
    }
  }

  get timers(): TimerService {
    return this.app.get(TimerService);
  }
  get log(): TimerLog {
    return this.app.get(TimerLog);
  }
  get store(): TimerStore {
    return this.app.get(TimerStore);
  }
  get ledger(): LedgerStore {
    return this.app.get(LedgerStore);
  }
  get closer(): RoundCloser {
    return this.app.get(RoundCloser);
  }
  get acts(): ActKeeper {
    return this.app.get(ActKeeper);
  }
  get recovery(): RecoveryService {
    return this.app.get(RecoveryService);
  }
  get clock(): SharedClock {
    return this.app.get(SharedClock);
  }
  get redis(): RedisService {
    return this.app.get(RedisService);
  }
  get postgres(): PostgresService {
    return this.app.get(PostgresService);
  }

  /** A trade whose block is `secondsAgo` before the shared clock, at the slot that belongs to it. */
  trade(secondsAgo: number, differences: Partial<Trade> = {}): Trade {
    const second = Math.floor(this.clock.now() / 1000) - secondsAgo;
    const slot = differences.slot ?? Math.round(second * 2.5);
    return tradeAt(0, {
      signature: `sig-${slot}`,
      trader: `trader-${slot}`,
      blockTimeMs: second * 1000,
      ...differences,
      slot,
    });
  }

  async close(): Promise<void> {
    await this.app.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
