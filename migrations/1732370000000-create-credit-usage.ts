import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was asked of RPC providers, per hour and kind of call, with its credits. */
export class CreateCreditUsage1732370000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREDIT_USAGE);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table credit_usage');
  }
}

// address is '' for calls that list no address: a primary key holds no null
const CREDIT_USAGE = `
  create table credit_usage (
    hour timestamptz not null,
    endpoint text collate "C" not null,
    method text collate "C" not null,
    purpose text collate "C" not null,
    address text collate "C" not null,
    calls bigint not null check (calls >= 0),
    credits bigint not null check (credits >= 0),
    primary key (hour, endpoint, method, purpose, address)
  )`;
