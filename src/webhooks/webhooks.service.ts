import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { redactUrl } from '../platform/logging/redact';
import { assertPublicTarget, PrivateAddressError } from '../platform/outbound/private-address';
import { badInput, PublicError } from '../platform/public-error';
import { DeliveryStore } from './delivery.store';
import type { DeliveryQuery } from './delivery.store';
import type { OutgoingWebhook, WebhookDelivery, WebhookEventType } from './domain/webhook';
import { WebhookKeys } from './webhook.keys';
import { WebhookPost } from './webhook.post';
import { WebhookStore } from './webhook.store';

export { WEBHOOK_EVENTS } from './domain/webhook';
export type { DeliveryStatus, OutgoingWebhook, WebhookDelivery, WebhookEventType } from './domain/webhook';
export type { DeliveryQuery } from './delivery.store';

/** What an admin asks for. */
export interface WebhookOrder {
  readonly name: string;
  readonly url: string;
  readonly events: readonly WebhookEventType[];
  readonly timerId: string | null;
}

/** What is to change; absent stays. */
export interface WebhookChange {
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly events?: readonly WebhookEventType[] | undefined;
  readonly isActive?: boolean | undefined;
  readonly isSecretNew?: boolean | undefined;
}

/** A webhook, with its secret where that is new. */
export interface WebhookWithSecret {
  readonly webhook: OutgoingWebhook;
  /** Null where it is the same as before. */
  readonly secret: string | null;
}

const MAX_WEBHOOKS = 100;

/** The front door of outgoing webhooks: who is told, and what became of it. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly store: WebhookStore,
    private readonly deliveries: DeliveryStore,
    private readonly keys: WebhookKeys,
    private readonly post: WebhookPost,
    @Inject(ENV) private readonly env: Pick<Env, 'webhookPrivateAddresses'>,
  ) {}

  /** All webhooks. @throws WebhooksError WEBHOOKS_STORE_FAILED, as all methods do */
  async list(): Promise<readonly OutgoingWebhook[]> {
    return await this.store.all();
  }

  /** Makes a webhook. @throws PublicError BAD_USER_INPUT, CONFLICT, SERVICE_UNAVAILABLE without WEBHOOK_SIGNING_KEY */
  async create({ name, url, events, timerId }: WebhookOrder): Promise<WebhookWithSecret> {
    this.assertKey();
    await this.assertUrl(url);
    if ((await this.store.all()).length >= MAX_WEBHOOKS) {
      throw new PublicError('CONFLICT', `there are ${MAX_WEBHOOKS} webhooks; delete one first`);
    }
    const id = randomUUID();
    const address = { sealedUrl: this.keys.seal(url), shownUrl: redactUrl(url) };
    const webhook = await this.store.insert({ id, name, events, timerId, ...address });
    return { webhook, secret: this.keys.secretOf(id, webhook.secretVersion) };
  }

  /** Changes a webhook. @throws PublicError NOT_FOUND, and as `create` does */
  async update(id: string, change: WebhookChange): Promise<WebhookWithSecret> {
    const { url, isSecretNew, ...rest } = change;
    if (url !== undefined || isSecretNew === true) this.assertKey();
    if (url !== undefined) await this.assertUrl(url);
    const address = url === undefined ? undefined : { sealed: this.keys.seal(url), shown: redactUrl(url) };
    const webhook = await this.store.update(id, { ...rest, isSecretNew, url: address });
    if (webhook === null) throw unknown();
    const secret = isSecretNew === true ? this.keys.secretOf(id, webhook.secretVersion) : null;
    return { webhook, secret };
  }

  /** Deletes a webhook; what waits for it is given up. @throws PublicError NOT_FOUND */
  async delete(id: string): Promise<OutgoingWebhook> {
    const webhook = await this.store.delete(id);
    if (webhook === null) throw unknown();
    return webhook;
  }

  /** Deliveries, newest first; they are kept for thirty days. */
  async log(query: DeliveryQuery): Promise<readonly WebhookDelivery[]> {
    return await this.deliveries.page(query);
  }

  /** Sends a delivery again, whatever became of it. @throws PublicError NOT_FOUND */
  async replay(deliveryId: string): Promise<WebhookDelivery> {
    const delivery = await this.deliveries.replay(deliveryId);
    if (delivery === null) throw new PublicError('NOT_FOUND', 'there is no such delivery');
    await this.post.enqueue(delivery);
    return delivery;
  }

  private assertKey(): void {
    if (!this.keys.isReady) throw new PublicError('SERVICE_UNAVAILABLE', 'WEBHOOK_SIGNING_KEY is not set');
  }

  private async assertUrl(text: string): Promise<void> {
    const problem = await this.problemOf(text);
    if (problem !== null) throw badInput([{ path: 'input.url', message: problem }]);
  }

  private async problemOf(text: string): Promise<string | null> {
    if (!URL.canParse(text) || text.length > 2_000) return 'must be a URL of at most 2000 letters';
    const url = new URL(text);
    const mayBePrivate = this.env.webhookPrivateAddresses;
    if (url.protocol !== 'https:' && !(mayBePrivate && url.protocol === 'http:'))
      return 'must begin with https://';
    if (url.username !== '' || url.password !== '') return 'must not hold a user or password';
    if (mayBePrivate) return null;
    try {
      await assertPublicTarget(url);
      return null;
    } catch (err) {
      if (err instanceof PrivateAddressError) return 'must not lead to a private address';
      throw err;
    }
  }
}

function unknown(): PublicError {
  return new PublicError('NOT_FOUND', 'there is no such webhook');
}
