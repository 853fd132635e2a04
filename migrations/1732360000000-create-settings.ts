import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every version of the settings; the highest is in force. */
export class CreateSettings1732360000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(SETTINGS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table settings');
  }
}

const SETTINGS = `
  create table settings (
    version integer primary key check (version >= 1),
    document jsonb not null,
    actor text not null,
    reason text,
    created_at timestamptz not null default now()
  )`;
