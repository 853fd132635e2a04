import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Trades by where they came from and by amount: without these a filter that nothing matches reads every month. The
 * amounts need no order in time: where many match, the newest are read in order of time and filtered.
 */
export class IndexTradesBySourceAndAmount1732430000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('create index trades_by_source on trades (timer_id, source, block_time, slot)');
    await queryRunner.query('create index trades_by_amount on trades (timer_id, amount)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop index trades_by_source, trades_by_amount');
  }
}
