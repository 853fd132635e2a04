import { Module } from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { MetricsModule } from '../metrics/metrics.module';
import { MetricsService } from '../metrics/metrics.service';
import { PostgresService } from '../platform/postgres/postgres.service';
import { RedisService } from '../platform/redis/redis.service';
import { SharedClock } from '../platform/redis/shared-clock';
import { ALERT_PACE, ALERT_PACE_DEFAULT } from './alert.pace';
import type { AlertPace } from './alert.pace';
import { ALERT_PARTS, alertPartsOf } from './alert.parts';
import type { AlertParts } from './alert.parts';
import { AlertService } from './alert.service';

/** Tells people when somebody has to act. */
@Module({
  imports: [MetricsModule],
  providers: [
    { provide: ALERT_PACE, useValue: ALERT_PACE_DEFAULT },
    {
      provide: ALERT_PARTS,
      inject: [ENV, RedisService, PostgresService, SharedClock, MetricsService, ALERT_PACE],
      useFactory: (
        env: Env,
        ...[redis, postgres, clock, metrics, pace]: [
          RedisService,
          PostgresService,
          SharedClock,
          MetricsService,
          AlertPace,
        ]
      ): AlertParts => alertPartsOf({ env, redis, postgres, clock, registry: metrics.registry, pace }),
    },
    AlertService,
  ],
  exports: [AlertService],
})
export class AlertsModule {}
