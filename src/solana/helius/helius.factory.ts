import type { Env } from '../../config/env';
import type { Secret } from '../../config/secret';
import type { RedisService } from '../../platform/redis/redis.service';
import { WEBHOOK_ADMIN } from '../domain/credits';
import { purposeIs } from '../purpose-of-call';
import type { CreditMeter } from '../rpc/credit-meter';
import { HeliusClient } from './helius.client';
import { RegistrationStore } from './registration.store';
import { WebhookRegistrar } from './webhook.registrar';

/** What the environment says of webhooks. */
export type HeliusEnv = Pick<Env, 'heliusApiKey' | 'heliusWebhookUrl' | 'heliusWebhookSecret'>;

/** What is needed to keep a webhook. */
export interface Helius {
  readonly registrar: WebhookRegistrar;
  /** Public address of the receiver; null: none is known. */
  readonly url: string | null;
  /** What Helius must send. */
  readonly secret: Secret;
}

/** @see heliusOf */
export interface HeliusNeeds {
  readonly env: HeliusEnv;
  readonly meter: Pick<CreditMeter, 'count'>;
  readonly redis: Pick<RedisService, 'commands' | 'keyPrefix'>;
  /** Shared clock, epoch ms. */
  readonly nowMs: () => number;
  /** Another address of the API, for tests. */
  readonly baseUrl?: string;
}

/** Null where the environment names no API key or no secret: then webhooks can only be kept by hand. */
export function heliusOf({ env, meter, redis, nowMs, baseUrl }: HeliusNeeds): Helius | null {
  const { heliusApiKey: apiKey, heliusWebhookSecret: secret, heliusWebhookUrl: url } = env;
  if (apiKey === null || secret === null) return null;
  const client = new HeliusClient({
    apiKey,
    onCall: (endpoint) => purposeIs('webhook', () => meter.count({ method: WEBHOOK_ADMIN, endpoint })),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
  const store = new RegistrationStore(redis.commands, redis.keyPrefix);
  return { registrar: new WebhookRegistrar({ client, store, apiKey, secret, nowMs }), url, secret };
}
