import { Inject, Injectable, Module } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { EventFeedService } from '../history/event-feed.service';
import { HistoryModule } from '../history/history.module';
import { MetricsModule } from '../metrics/metrics.module';
import { MetricsService } from '../metrics/metrics.service';
import { DeliveryQueue } from '../platform/outbound/delivery.queue';
import { RedisService } from '../platform/redis/redis.service';
import { DeliveryStore } from './delivery.store';
import { readJob } from './read-job';
import { WebhookKeys } from './webhook.keys';
import { WEBHOOK_GROUP, WebhookPost } from './webhook.post';
import { WebhookSender } from './webhook.sender';
import type { DeliveryJob } from './webhook.sender';
import { WebhookStore } from './webhook.store';
import { WEBHOOK_PACE, WEBHOOK_QUEUE, WEBHOOK_SENDER } from './webhook.tokens';
import type { WebhookPace } from './webhook.tokens';
import { WebhooksService } from './webhooks.service';

/** Nineteen hours of tries, then a delivery is given up; it can be replayed. */
const PACE: WebhookPace = {
  tries: 30,
  firstPauseMs: 1_000,
  longestPauseMs: 3_600_000,
  concurrency: 8,
  timeoutMs: 10_000,
};

/** The group of the historians. */
const HISTORY = 'history';

/** Figures of the deliveries, filled in when they are scraped. */
@Injectable()
class WebhookMetrics {
  constructor(
    @Inject(MetricsService) { registry }: MetricsService,
    @Inject(DeliveryStore) store: DeliveryStore,
    @Inject(EventFeedService) feed: EventFeedService,
  ) {
    new Gauge({
      name: 'webhook_deliveries_pending',
      help: 'Deliveries of outgoing webhooks that wait; NaN while Postgres cannot be asked.',
      registers: [registry],
      async collect() {
        this.set(await store.pending().catch(() => Number.NaN));
      },
    });
    new Gauge({
      name: 'outbox_lag_entries',
      help: 'Entries of all event streams that a consumer group has not taken; NaN while Redis is away.',
      labelNames: ['group'],
      registers: [registry],
      async collect() {
        for (const group of [HISTORY, WEBHOOK_GROUP]) {
          this.set({ group }, await feed.lag(group).catch(() => Number.NaN));
        }
      },
    });
  }
}

/** Tells integrators what happened. */
@Module({
  imports: [HistoryModule, MetricsModule],
  providers: [
    { provide: WEBHOOK_PACE, useValue: PACE },
    { provide: WebhookKeys, inject: [ENV], useFactory: keysOf },
    {
      provide: WEBHOOK_QUEUE,
      inject: [RedisService, WEBHOOK_PACE],
      useFactory: (redis: RedisService, pace: WebhookPace): DeliveryQueue<DeliveryJob> =>
        new DeliveryQueue(redis, 'webhooks', pace, readJob),
    },
    {
      provide: WEBHOOK_SENDER,
      inject: [DeliveryStore, WebhookKeys, ENV, MetricsService, WEBHOOK_PACE],
      useFactory: (
        store: DeliveryStore,
        keys: WebhookKeys,
        env: Env,
        metrics: MetricsService,
        { timeoutMs }: WebhookPace,
      ): WebhookSender => {
        const tried = new Counter({
          name: 'webhook_deliveries_total',
          help: 'Tries to deliver an outgoing webhook by this process, by outcome.',
          labelNames: ['outcome'],
          registers: [metrics.registry],
        });
        return new WebhookSender(
          store,
          keys,
          { mayBePrivate: env.webhookPrivateAddresses, timeoutMs },
          (isTaken) => tried.inc({ outcome: isTaken ? 'delivered' : 'failed' }),
        );
      },
    },
    WebhookStore,
    DeliveryStore,
    WebhookPost,
    WebhookMetrics,
    WebhooksService,
  ],
  exports: [WebhooksService],
})
export class WebhooksModule {}

/** Outside production the admin secret stands in for a key that is not set. */
function keysOf({ webhookSigningKey, adminSecret, nodeEnv }: Env): WebhookKeys {
  const given = webhookSigningKey ?? (nodeEnv === 'production' ? null : adminSecret);
  const keys = (given?.reveal() ?? '').split(',').map((key) => key.trim());
  return new WebhookKeys(keys.filter((key) => key !== ''));
}
