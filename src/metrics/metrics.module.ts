import { Module } from '@nestjs/common';
import type { MiddlewareConsumer, NestModule } from '@nestjs/common';
import { HttpMeter } from './http.meter';
import { Measures } from './measures';
import { MetricsController } from './metrics.controller';
import { MetricsService } from './metrics.service';
import { MetricsPushService } from './metrics-push.service';

/** Metrics, the route they are scraped from, and where they are pushed. */
@Module({
  controllers: [MetricsController],
  providers: [MetricsService, Measures, MetricsPushService],
  exports: [MetricsService, MetricsPushService],
})
export class MetricsModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(HttpMeter).forRoutes('{*path}');
  }
}
