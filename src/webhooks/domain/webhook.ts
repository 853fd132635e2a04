/** Events that integrators can be told of. */
export const WEBHOOK_EVENTS = ['timer.reset', 'round.ended', 'trade.detected'] as const;
/** One of `WEBHOOK_EVENTS`. */
export type WebhookEventType = (typeof WEBHOOK_EVENTS)[number];

/** What became of a delivery. PENDING: not taken yet, tried again; FAILED: given up, can be replayed. */
export type DeliveryStatus = 'PENDING' | 'DELIVERED' | 'FAILED';

/** A receiver of events. */
export interface OutgoingWebhook {
  readonly id: string;
  readonly name: string;
  /** Without credentials, query and long parts of the path. */
  readonly shownUrl: string;
  readonly events: readonly WebhookEventType[];
  /** Null: of all timers. */
  readonly timerId: string | null;
  readonly isActive: boolean;
  readonly createdAtMs: number;
  /** Rises with each new secret. */
  readonly secretVersion: number;
  /** Until when the former secret signs too, epoch ms; null: it does not. */
  readonly formerSecretUntilMs: number | null;
}

/** One event for one receiver. */
export interface WebhookDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly event: WebhookEventType;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** HTTP status of the last try; null: no answer, or no try yet. */
  readonly lastStatus: number | null;
  readonly lastFailure: string | null;
  readonly createdAtMs: number;
  readonly deliveredAtMs: number | null;
}

/** One thing that happened, as it is told. */
export interface WebhookEvent {
  /** Identity of the event; receivers tell repetitions by it. */
  readonly id: string;
  readonly type: WebhookEventType;
  readonly timerId: string;
  readonly atMs: number;
  readonly data: object;
}
