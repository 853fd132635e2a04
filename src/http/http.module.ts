import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { MetricsModule } from '../metrics/metrics.module';
import { HistoryModule } from '../history/history.module';
import { LiveTimersModule } from '../timer/live-timers.module';
import { ErrorsFilter } from './errors.filter';
import { ExportController } from './export.controller';
import { PagesController } from './pages.controller';
import { PageFiles } from './pages/page-files';
import { TimerController } from './timer.controller';
import { TimerStreams } from './timer.streams';

/** REST, Server-Sent Events and pages; answers the errors of all routes. */
@Module({
  imports: [HistoryModule, LiveTimersModule, MetricsModule],
  controllers: [TimerController, ExportController, PagesController],
  providers: [TimerStreams, PageFiles, { provide: APP_FILTER, useClass: ErrorsFilter }],
})
export class HttpModule {}
