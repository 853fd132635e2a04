import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AlertsModule } from '../alerts/alerts.module';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { HistoryModule } from '../history/history.module';
import { MetricsModule } from '../metrics/metrics.module';
import { PostgresService } from '../platform/postgres/postgres.service';
import { SharedClock } from '../platform/redis/shared-clock';
import { SettingsModule } from '../settings/settings.module';
import { TimerModule } from '../timer/timer.module';
import { TimerService } from '../timer/timer.service';
import { HealthController } from './health.controller';
import { HealthService } from './health.service';
import { ServerChecks } from './server-checks';
import { AlertLink } from './watch/alert.link';
import { DeadlineBoard } from './watch/deadline.board';
import { LevelMetrics } from './watch/level.metrics';
import { TimerProbe } from './watch/timer.probe';
import { WatchedRooms } from './watch/watched-rooms';

const timerProbe: Provider = {
  provide: TimerProbe,
  inject: [TimerService, SharedClock, PostgresService, ENV],
  useFactory: (timers: TimerService, clock: SharedClock, postgres: PostgresService, env: Env): TimerProbe =>
    new TimerProbe(timers, clock, new DeadlineBoard(postgres, env.instanceId)),
};

/** How this instance is. */
@Module({})
export class HealthModule {
  /** @param solana - the application's own solana module, since there is one chain */
  static forRoot(solana: DynamicModule): DynamicModule {
    return {
      module: HealthModule,
      imports: [
        TerminusModule.forRoot({ logger: false }),
        AlertsModule,
        MetricsModule,
        SettingsModule,
        TimerModule,
        HistoryModule,
        solana,
      ],
      controllers: [HealthController],
      providers: [ServerChecks, HealthService, timerProbe, WatchedRooms, AlertLink, LevelMetrics],
      exports: [HealthService],
    };
  }
}
