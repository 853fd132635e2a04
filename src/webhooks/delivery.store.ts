import { Injectable } from '@nestjs/common';
import { PostgresService } from '../platform/postgres/postgres.service';
import type { DeliveryStatus, WebhookDelivery, WebhookEvent } from './domain/webhook';
import { DELIVERY_COLUMNS, deliveryOf, WEBHOOK_COLUMNS, webhookOf } from './webhook.rows';
import type { DeliveryRow, WebhookRow } from './webhook.rows';
import type { OutgoingWebhook } from './domain/webhook';

/** A delivery that is to be made, with its place in the queue. */
export interface QueuedDelivery {
  readonly id: string;
  readonly replays: number;
}

/** Everything that a try needs. */
export interface DueDelivery {
  readonly delivery: WebhookDelivery;
  readonly body: string;
  readonly webhook: OutgoingWebhook;
  readonly sealedUrl: string;
}

/** Which deliveries, newest first. */
export interface DeliveryQuery {
  readonly webhookId: string | null;
  readonly status: DeliveryStatus | null;
  /** Only those before this id; null: all. */
  readonly below: string | null;
  readonly limit: number;
}

/** Longest time for which nobody may have put a delivery into the queue. */
const UNQUEUED = "interval '30 seconds'";
const KEPT = "interval '30 days'";

/** Deliveries in Postgres. Every method throws what the driver throws while it cannot be used. */
@Injectable()
export class DeliveryStore {
  constructor(private readonly postgres: PostgresService) {}

  /**
   * Keeps events for every receiver that wants them, each once, however often it comes.
   *
   * @returns those that are new
   */
  async record(events: readonly WebhookEvent[]): Promise<readonly QueuedDelivery[]> {
    const told = events.map(({ id, type, timerId, atMs, data }) => {
      const body = JSON.stringify({ id, type, timestamp: new Date(atMs).toISOString(), data });
      return { id, type, timerId, atMs, body };
    });
    return await this.postgres.query<QueuedDelivery>(
      `insert into webhook_deliveries (webhook_id, event_id, event, body)
       select w.id, e.id, e.type, e.body
       from jsonb_to_recordset($1::jsonb) as e(id text, type text, "timerId" text, "atMs" bigint, body text)
       join outgoing_webhooks w on w.is_active and e.type = any (w.events)
         and (w.timer_id is null or w.timer_id = e."timerId")
         and e."atMs" >= extract(epoch from w.created_at) * 1000
       order by w.id, e.id
       on conflict (webhook_id, event_id) do nothing
       returning id, replays`,
      [JSON.stringify(told)],
    );
  }

  /** Whether anybody wants events at all. */
  async hasReceivers(): Promise<boolean> {
    return (await this.postgres.query('select 1 from outgoing_webhooks where is_active limit 1')).length > 0;
  }

  /** Deliveries that wait without anybody having tried for a while: their queue may have lost them. */
  async forgotten(): Promise<readonly QueuedDelivery[]> {
    return await this.postgres.query<QueuedDelivery>(
      `select id, replays from webhook_deliveries
       where status = 'PENDING' and updated_at < now() - ${UNQUEUED} order by updated_at limit 1000`,
    );
  }

  /** Removes what is older than thirty days and not waiting. */
  async tidy(): Promise<void> {
    await this.postgres.query(
      `delete from webhook_deliveries where status <> 'PENDING' and created_at < now() - ${KEPT}`,
    );
  }

  /** A delivery with its receiver; null where either is gone. */
  async due(id: string): Promise<DueDelivery | null> {
    const [row] = await this.postgres.query<DeliveryRow & { body: string }>(
      `select ${DELIVERY_COLUMNS}, body from webhook_deliveries where id = $1`,
      [id],
    );
    if (row === undefined) return null;
    const [found] = await this.postgres.query<WebhookRow>(
      `select ${WEBHOOK_COLUMNS} from outgoing_webhooks where id = $1 and deleted_at is null`,
      [row.webhook_id],
    );
    if (found === undefined) return null;
    const { body } = row;
    return { delivery: deliveryOf(row), body, webhook: webhookOf(found), sealedUrl: found.sealed_url };
  }

  /** Keeps how a try ended. */
  async note(
    id: string,
    status: DeliveryStatus,
    lastStatus: number | null,
    failure: string | null,
  ): Promise<void> {
    await this.postgres.query(
      `update webhook_deliveries set status = $2, attempts = attempts + 1, last_status = $3, last_failure = $4,
         updated_at = now(), delivered_at = case when $2 = 'DELIVERED' then now() else delivered_at end
       where id = $1`,
      [id, status, lastStatus, failure],
    );
  }

  /** Gives a delivery up; it can be replayed. */
  async fail(id: string, failure: string): Promise<void> {
    await this.postgres.query(
      `update webhook_deliveries set status = 'FAILED', last_failure = $2, updated_at = now()
       where id = $1 and status = 'PENDING'`,
      [id, failure],
    );
  }

  /** Makes a delivery wait again; null where there is none. */
  async replay(id: string): Promise<(WebhookDelivery & QueuedDelivery) | null> {
    const [row] = await this.postgres.query<DeliveryRow>(
      `with again as (
         update webhook_deliveries set status = 'PENDING', replays = replays + 1, updated_at = now()
         where id = $1 returning *
       ) select ${DELIVERY_COLUMNS} from again`,
      [id],
    );
    return row === undefined ? null : { ...deliveryOf(row), replays: row.replays };
  }

  /** A page of deliveries, newest first. */
  async page({ webhookId, status, below, limit }: DeliveryQuery): Promise<readonly WebhookDelivery[]> {
    const rows = await this.postgres.query<DeliveryRow>(
      `select ${DELIVERY_COLUMNS} from webhook_deliveries
       where ($1::uuid is null or webhook_id = $1) and ($2::text is null or status = $2)
         and ($3::bigint is null or id < $3) order by id desc limit $4`,
      [webhookId, status, below, limit],
    );
    return rows.map(deliveryOf);
  }

  /** How many wait. */
  async pending(): Promise<number> {
    const [row] = await this.postgres.query<{ count: string }>(
      "select count(*) as count from webhook_deliveries where status = 'PENDING'",
    );
    return Number(row?.count ?? 0);
  }
}
