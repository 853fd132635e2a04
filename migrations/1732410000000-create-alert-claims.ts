import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which instance told an alert while Redis was away; one open claim for each alert. */
export class CreateAlertClaims1732410000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table alert_claims (
        id uuid primary key,
        alert_key text collate "C" not null,
        alert jsonb not null,
        claimed_at timestamptz not null default now(),
        closed_at timestamptz
      )`);
    await queryRunner.query(
      'create unique index alert_claims_open on alert_claims (alert_key) where closed_at is null',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table alert_claims');
  }
}
