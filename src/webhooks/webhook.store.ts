import { Injectable } from '@nestjs/common';
import { PostgresService } from '../platform/postgres/postgres.service';
import type { OutgoingWebhook, WebhookEventType } from './domain/webhook';
import { WEBHOOK_COLUMNS, webhookOf } from './webhook.rows';
import type { WebhookRow } from './webhook.rows';
import { WebhooksError } from './webhooks.errors';

/** A webhook as it is kept. */
export interface NewWebhook {
  readonly id: string;
  readonly name: string;
  readonly sealedUrl: string;
  readonly shownUrl: string;
  readonly events: readonly WebhookEventType[];
  readonly timerId: string | null;
}

/** What is to change; absent stays. */
export interface WebhookPatch {
  readonly name?: string | undefined;
  readonly url?: { readonly sealed: string; readonly shown: string } | undefined;
  readonly events?: readonly WebhookEventType[] | undefined;
  readonly isActive?: boolean | undefined;
  /** A new secret; the former one signs too until a day from now. */
  readonly isSecretNew?: boolean | undefined;
}

/** The receivers in Postgres; every method throws WebhooksError `WEBHOOKS_STORE_FAILED` while it cannot be used. */
@Injectable()
export class WebhookStore {
  constructor(private readonly postgres: PostgresService) {}

  /** All that are not deleted, the oldest first. */
  async all(): Promise<readonly OutgoingWebhook[]> {
    return (await this.rows('where deleted_at is null order by created_at, id', [])).map(webhookOf);
  }

  /** One; null where there is none. */
  async find(id: string): Promise<{ webhook: OutgoingWebhook; sealedUrl: string } | null> {
    const [row] = await this.rows('where id = $1 and deleted_at is null', [id]);
    return row === undefined ? null : { webhook: webhookOf(row), sealedUrl: row.sealed_url };
  }

  async insert({ id, name, sealedUrl, shownUrl, events, timerId }: NewWebhook): Promise<OutgoingWebhook> {
    const sql = `with made as (
        insert into outgoing_webhooks (id, name, sealed_url, shown_url, events, timer_id)
        values ($1, $2, $3, $4, $5, $6) returning *
      ) select ${WEBHOOK_COLUMNS} from made`;
    const [row] = await this.query(sql, [id, name, sealedUrl, shownUrl, events, timerId]);
    if (row === undefined) throw new WebhooksError('WEBHOOKS_STORE_FAILED');
    return webhookOf(row);
  }

  /** Null where there is none. */
  async update(id: string, patch: WebhookPatch): Promise<OutgoingWebhook | null> {
    const { name, url, events, isActive, isSecretNew } = patch;
    const sql = `with changed as (
        update outgoing_webhooks set name = coalesce($2, name), sealed_url = coalesce($3, sealed_url),
          shown_url = coalesce($4, shown_url), events = coalesce($5, events), is_active = coalesce($6, is_active),
          secret_version = secret_version + $7::int,
          former_secret_until = case when $7::int = 1 then now() + interval '1 day' else former_secret_until end
        where id = $1 and deleted_at is null returning *
      ) select ${WEBHOOK_COLUMNS} from changed`;
    const values = [name, url?.sealed, url?.shown, events, isActive].map((value) => value ?? null);
    const [row] = await this.query(sql, [id, ...values, isSecretNew === true ? 1 : 0]);
    return row === undefined ? null : webhookOf(row);
  }

  /** The webhook as it was; null where there is none. What waits for it is given up. */
  async delete(id: string): Promise<OutgoingWebhook | null> {
    const sql = `with gone as (
        update outgoing_webhooks set deleted_at = now(), is_active = false, sealed_url = ''
        where id = $1 and deleted_at is null returning *
      ) select ${WEBHOOK_COLUMNS} from gone`;
    const [row] = await this.query(sql, [id]);
    return row === undefined ? null : webhookOf(row);
  }

  private async rows(clause: string, parameters: readonly unknown[]): Promise<WebhookRow[]> {
    return await this.query(`select ${WEBHOOK_COLUMNS} from outgoing_webhooks ${clause}`, parameters);
  }

  private async query(sql: string, parameters: readonly unknown[]): Promise<WebhookRow[]> {
    try {
      return await this.postgres.query<WebhookRow>(sql, parameters);
    } catch (cause) {
      throw new WebhooksError('WEBHOOKS_STORE_FAILED', {}, { cause });
    }
  }
}
