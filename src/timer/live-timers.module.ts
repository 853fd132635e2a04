import { Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/metrics.module';
import { TimerModule } from './timer.module';
import { LiveTimersService } from './live-timers.service';
import { Reach } from './live/reach';
import { ViewersService } from './live/viewers';

/** Timers for viewers; what GraphQL and HTTP both serve. */
@Module({
  imports: [MetricsModule, TimerModule],
  providers: [LiveTimersService, Reach, ViewersService],
  exports: [LiveTimersService, ViewersService],
})
export class LiveTimersModule {}
