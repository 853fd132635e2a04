import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far walks back through the chain have come, so that a backfill goes on where it was interrupted. */
export class CreateBackfills1732390000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table backfills (
        timer_id text collate "C" not null,
        mint text collate "C" not null,
        address text collate "C" not null,
        from_at timestamptz not null,
        to_at timestamptz not null,
        before_signature text collate "C",
        reached_at timestamptz,
        listed bigint not null check (listed >= 0),
        fetched bigint not null check (fetched >= 0),
        trades bigint not null check (trades >= 0),
        missing bigint not null check (missing >= 0),
        is_done boolean not null,
        updated_at timestamptz not null default now(),
        primary key (timer_id, mint, address, from_at, to_at)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table backfills');
  }
}
