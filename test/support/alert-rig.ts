import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ALERT_PACE, ALERT_PACE_DEFAULT } from '../../src/alerts/alert.pace';
import type { AlertPace } from '../../src/alerts/alert.pace';
import { AlertService } from '../../src/alerts/alert.service';
import type { AlertReading } from '../../src/alerts/alert.service';
import { AlertsModule } from '../../src/alerts/alerts.module';
import type { AlertRuleName } from '../../src/config/alert-rules';
import { ConfigModule } from '../../src/config/config.module';
import { parseEnv } from '../../src/config/env';
import { NestLogger } from '../../src/platform/logging/logger';
import { PlatformModule } from '../../src/platform/platform.module';
import { SharedClock } from '../../src/platform/redis/shared-clock';
import { silentLog } from './silent-log';

/** Nobody can wait ten minutes in a test. */
export const QUICK_ALERTS: AlertPace = {
  ...ALERT_PACE_DEFAULT,
  lookEveryMs: 100,
  probeWithinMs: 2_500,
  readingHoldsMs: 3_000,
  countedMs: 2_000,
  firstPauseMs: 50,
};

/** The alert room of one instance on real servers; several make a cluster. */
export class AlertRig implements AsyncDisposable {
  private readonly levels = new Map<AlertRuleName, readonly AlertReading[]>();

  private constructor(private readonly app: INestApplicationContext) {
    this.alerts.watch({ read: () => Promise.resolve(new Map(this.levels)) });
  }

  /**
   * @param environment - at least REDIS_URL, DATABASE_URL and REDIS_KEY_PREFIX
   */
  static async start(
    environment: Readonly<Record<string, string>>,
    pace: AlertPace = QUICK_ALERTS,
  ): Promise<AlertRig> {
    const { env } = parseEnv({ NODE_ENV: 'test', ...environment });
    const builder = Test.createTestingModule({
      imports: [ConfigModule.forRoot(env), PlatformModule, AlertsModule],
    })
      .overrideProvider(ALERT_PACE)
      .useValue(pace);
    const testing = await builder.compile();
    testing.useLogger(new NestLogger(silentLog));
    try {
      return new AlertRig(await testing.init());
    } catch (err) {
      await testing.close();
      throw err;
    }
  }

  get alerts(): AlertService {
    return this.app.get(AlertService);
  }

  get clock(): SharedClock {
    return this.app.get(SharedClock);
  }

  /** What this instance reads of a rule from now on; null: it cannot tell. */
  set(rule: AlertRuleName, value: number | null, subject: string | null = null): void {
    if (value === null) this.levels.delete(rule);
    else this.levels.set(rule, [{ subject, value, context: { seen: 'by a test' } }]);
  }

  async close(): Promise<void> {
    await this.app.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
