import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Remembers how far retention has come: months before `kept_from` were dropped, and what they held is in the sums. It is
 * not written again, since nothing would know it as written. Months that were dropped before this are known by sums
 * without rows.
 */
export class RememberDroppedMonths1732430000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table history_floors (
        name text primary key check (name in ('trades', 'timer_events')),
        kept_from timestamptz not null
      )`);
    await queryRunner.query(`
      insert into history_floors
      select name, (max(month) + interval '1 month') at time zone 'UTC'
      from (select distinct date_trunc('month', start at time zone 'UTC') as month from trade_buckets
          where size = 'DAY') as summed,
        (values ('trades'), ('timer_events')) as tables (name)
      where to_regclass('trades_' || to_char(month, 'YYYY_MM')) is null
      group by name`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table history_floors');
  }
}
