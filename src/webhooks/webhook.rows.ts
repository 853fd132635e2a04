import { WEBHOOK_EVENTS } from './domain/webhook';
import type { DeliveryStatus, OutgoingWebhook, WebhookDelivery, WebhookEventType } from './domain/webhook';

/** A row of outgoing_webhooks. */
export interface WebhookRow {
  readonly id: string;
  readonly name: string;
  readonly sealed_url: string;
  readonly shown_url: string;
  readonly events: readonly string[];
  readonly timer_id: string | null;
  readonly is_active: boolean;
  readonly secret_version: number;
  readonly former_secret_until: Date | null;
  readonly created_at: Date;
}

/** A row of webhook_deliveries. */
export interface DeliveryRow {
  readonly id: string;
  readonly webhook_id: string;
  readonly event_id: string;
  readonly event: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly replays: number;
  readonly last_status: number | null;
  readonly last_failure: string | null;
  readonly created_at: Date;
  readonly delivered_at: Date | null;
}

/** Columns of `WebhookRow`. */
export const WEBHOOK_COLUMNS =
  'id, name, sealed_url, shown_url, events, timer_id, is_active, secret_version, former_secret_until, created_at';
/** Columns of `DeliveryRow`. */
export const DELIVERY_COLUMNS =
  'id, webhook_id, event_id, event, status, attempts, replays, last_status, last_failure, created_at, delivered_at';

/** A webhook without its address. */
export function webhookOf(row: WebhookRow): OutgoingWebhook {
  return {
    id: row.id,
    name: row.name,
    shownUrl: row.shown_url,
    events: row.events.filter(isEvent),
    timerId: row.timer_id,
    isActive: row.is_active,
    createdAtMs: row.created_at.getTime(),
    secretVersion: row.secret_version,
    formerSecretUntilMs: row.former_secret_until?.getTime() ?? null,
  };
}

/** What became of an event for a receiver. */
export function deliveryOf(row: DeliveryRow): WebhookDelivery {
  const { id, status, attempts } = row;
  return {
    ...{ id, status, attempts },
    webhookId: row.webhook_id,
    eventId: row.event_id,
    event: isEvent(row.event) ? row.event : 'timer.reset',
    lastStatus: row.last_status,
    lastFailure: row.last_failure,
    createdAtMs: row.created_at.getTime(),
    deliveredAtMs: row.delivered_at?.getTime() ?? null,
  };
}

function isEvent(name: string): name is WebhookEventType {
  return WEBHOOK_EVENTS.some((event) => event === name);
}
