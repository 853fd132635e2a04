import type { DeliveryPace } from '../platform/outbound/delivery.queue';

/** Injection token of the queue of deliveries. */
export const WEBHOOK_QUEUE = Symbol('WEBHOOK_QUEUE');
/** Injection token of what makes deliveries. */
export const WEBHOOK_SENDER = Symbol('WEBHOOK_SENDER');
/** How deliveries are made, and for how long an answer is waited for. */
export interface WebhookPace extends DeliveryPace {
  readonly timeoutMs: number;
}

/** Injection token of {@link WebhookPace}, for tests that cannot wait as long. */
export const WEBHOOK_PACE = Symbol('WEBHOOK_PACE');
