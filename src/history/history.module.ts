import { Module } from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { MetricsModule } from '../metrics/metrics.module';
import { SettingsModule } from '../settings/settings.module';
import { EventFeedService } from './event-feed.service';
import { EventRepository } from './event.repository';
import { HistoryMetrics } from './history.metrics';
import { HISTORY_OPTIONS } from './history.options';
import type { HistoryOptions } from './history.options';
import { HistoryService } from './history.service';
import { PartitionKeeper } from './partition.keeper';
import { StreamConsumer } from './stream.consumer';

/** The history room: reads for everyone, writes on instances with the role `historian`. */
@Module({
  imports: [MetricsModule, SettingsModule],
  providers: [
    {
      provide: HISTORY_OPTIONS,
      inject: [ENV],
      useFactory: (env: Env): HistoryOptions => ({
        instanceId: env.instanceId,
        eventsTtlSec: env.redisEventsTtlSec,
        isHistorian: env.roles.includes('historian'),
      }),
    },
    EventRepository,
    StreamConsumer,
    EventFeedService,
    PartitionKeeper,
    HistoryMetrics,
    HistoryService,
  ],
  exports: [HistoryService, EventFeedService],
})
export class HistoryModule {}
