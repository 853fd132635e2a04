import type { Provider } from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { RedisService } from '../platform/redis/redis.service';
import { SharedClock } from '../platform/redis/shared-clock';
import { SettingsService } from '../settings/settings.service';
import { TimerService } from '../timer/timer.service';
import { heliusOf } from './helius/helius.factory';
import type { Helius } from './helius/helius.factory';
import { InboxStore } from './redis/inbox.store';
import { CreditMeter } from './rpc/credit-meter';
import { ReadingList } from './sources/reading-list';
import { WebhookReceiver } from './sources/webhook.receiver';
import { WebhookAdminService } from './webhook-admin.service';

/** What keeps our webhook; null where the environment names no API key or no secret. */
export const HELIUS = Symbol('HELIUS');

/** Address of Helius' API for webhooks; null: its own. */
export const HELIUS_BASE_URL = Symbol('HELIUS_BASE_URL');

/** Everything of webhooks that every instance has, leading or not. */
export const webhookProviders: readonly Provider[] = [
  {
    provide: HELIUS,
    inject: [ENV, CreditMeter, RedisService, SharedClock, HELIUS_BASE_URL],
    useFactory: (
      env: Env,
      meter: CreditMeter,
      redis: RedisService,
      clock: SharedClock,
      baseUrl: string | null,
    ): Helius | null =>
      heliusOf({ env, meter, redis, nowMs: () => clock.now(), ...(baseUrl === null ? {} : { baseUrl }) }),
  },
  {
    provide: InboxStore,
    inject: [RedisService],
    useFactory: ({ commands, keyPrefix }: RedisService) => new InboxStore(commands, keyPrefix),
  },
  {
    provide: WebhookReceiver,
    inject: [ENV, InboxStore],
    useFactory: ({ heliusWebhookSecret }: Env, inbox: InboxStore) =>
      new WebhookReceiver(heliusWebhookSecret, inbox),
  },
  {
    provide: WebhookAdminService,
    inject: [HELIUS, TimerService, SettingsService],
    useFactory: (helius: Helius | null, timers: TimerService, settings: SettingsService) =>
      new WebhookAdminService(helius, new ReadingList(timers), () => settings.current().monitoring),
  },
];
