import { Logger } from '@nestjs/common';
import { signals } from '../metrics/domain/signals';
import { isTaken, postJson } from '../platform/outbound/post-json';
import { SIGNATURE_HEADER, signatureOf } from '../platform/outbound/signature';
import type { DeliveryWork, TryOutcome } from '../platform/outbound/delivery.queue';
import type { DeliveryStore, DueDelivery } from './delivery.store';
import type { WebhookKeys } from './webhook.keys';

/** What the queue holds. */
export interface DeliveryJob {
  readonly deliveryId: string;
}

/** How receivers are spoken to. */
export interface SendRules {
  /** Whether receivers may be in our own network. */
  readonly mayBePrivate: boolean;
  /** For so long an answer is waited for. */
  readonly timeoutMs: number;
}

/** Makes deliveries: signs, sends, keeps how it went. */
export class WebhookSender implements DeliveryWork<DeliveryJob> {
  private readonly log = new Logger('webhooks');

  constructor(
    private readonly store: DeliveryStore,
    private readonly keys: WebhookKeys,
    private readonly rules: SendRules,
    private readonly onTry: (isTaken: boolean) => void,
  ) {}

  /** @see DeliveryWork */
  async attempt({ deliveryId }: DeliveryJob): Promise<TryOutcome> {
    const due = await this.store.due(deliveryId);
    if (due === null || !due.webhook.isActive) {
      await this.store.fail(deliveryId, 'the webhook is off');
      return { tag: 'done' };
    }
    // its answer may have been kept by a try whose job was not
    if (due.delivery.status !== 'PENDING') return { tag: 'done' };
    const outcome = await this.send(due);
    const taken = isTaken(outcome);
    this.onTry(taken);
    const { status, durationMs, failure } = outcome;
    await this.store.note(deliveryId, taken ? 'DELIVERED' : 'PENDING', status, failure);
    const facts = { webhookId: due.webhook.id, eventId: due.delivery.eventId, status, durationMs, failure };
    if (taken) this.log.debug({ message: 'webhook delivered', ...facts });
    else this.log.warn({ message: 'webhook not delivered', code: 'WEBHOOKS_DELIVERY_FAILED', ...facts });
    return taken ? { tag: 'done' } : { tag: 'failed', reason: failure ?? `HTTP ${status ?? 0}` };
  }

  /** @see DeliveryWork */
  async giveUp({ deliveryId }: DeliveryJob, reason: string): Promise<void> {
    await this.store.fail(deliveryId, reason);
    this.log.error({ message: 'webhook given up', code: 'WEBHOOKS_DELIVERY_FAILED', deliveryId, reason });
    signals.incident.tell({ rule: 'webhook-undelivered', context: { deliveryId, reason } });
  }

  private async send({ webhook, delivery, body, sealedUrl }: DueDelivery): ReturnType<typeof postJson> {
    const { id, secretVersion, formerSecretUntilMs } = webhook;
    const isFormerValid = formerSecretUntilMs !== null && formerSecretUntilMs > Date.now();
    const versions = isFormerValid ? [secretVersion, secretVersion - 1] : [secretVersion];
    const secrets = this.keys.signing(id, versions);
    return await postJson({
      url: this.keys.open(sealedUrl),
      body,
      headers: {
        'darwin-event-id': delivery.eventId,
        'darwin-event-type': delivery.event,
        'darwin-delivery-id': delivery.id,
        [SIGNATURE_HEADER]: signatureOf(secrets, Math.floor(Date.now() / 1000), body),
      },
      ...this.rules,
    });
  }
}
