import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Receivers of events, and what became of each event for each of them. No secret of either side is in here in the clear. */
export class CreateOutgoingWebhooks1732410000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table outgoing_webhooks (
        id uuid primary key,
        name text not null,
        sealed_url text not null,
        shown_url text not null,
        events text[] not null,
        timer_id text collate "C",
        is_active boolean not null default true,
        secret_version integer not null default 1 check (secret_version > 0),
        former_secret_until timestamptz,
        created_at timestamptz not null default now(),
        deleted_at timestamptz
      )`);
    await queryRunner.query(`
      create table webhook_deliveries (
        id bigint generated always as identity primary key,
        webhook_id uuid not null references outgoing_webhooks (id),
        event_id text collate "C" not null,
        event text collate "C" not null,
        body text not null,
        status text collate "C" not null default 'PENDING' check (status in ('PENDING', 'DELIVERED', 'FAILED')),
        attempts integer not null default 0 check (attempts >= 0),
        replays integer not null default 0 check (replays >= 0),
        last_status integer,
        last_failure text,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        delivered_at timestamptz,
        unique (webhook_id, event_id)
      )`);
    await queryRunner.query(
      "create index webhook_deliveries_pending on webhook_deliveries (updated_at) where status = 'PENDING'",
    );
    await queryRunner.query('create index webhook_deliveries_created on webhook_deliveries (created_at)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table webhook_deliveries');
    await queryRunner.query('drop table outgoing_webhooks');
  }
}
