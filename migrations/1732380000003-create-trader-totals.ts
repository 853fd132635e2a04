import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every trader's trades of all time, so that the figures of all time need not add up days. */
export class CreateTraderTotals1732380000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(TRADER_TOTALS);
    await queryRunner.query(
      `insert into trader_totals select timer_id, trader, sum(trades), sum(volume) from trader_days group by 1, 2`,
    );
    await queryRunner.query(
      'create index trader_totals_by_volume on trader_totals (timer_id, volume desc, trader)',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table trader_totals');
  }
}

const TRADER_TOTALS = `
  create table trader_totals (
    timer_id text collate "C" not null,
    trader text collate "C" not null,
    trades integer not null,
    volume numeric not null,
    primary key (timer_id, trader)
  )`;
