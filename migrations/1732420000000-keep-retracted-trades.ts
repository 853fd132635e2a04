import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where trades go that the chain has given up: they are no trades any more, and events still name them. A trade that
 * was given up by a commit is not taken in again by an older one.
 */
export class KeepRetractedTrades1732420000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'create table retracted_trades (like trades including defaults including constraints)',
    );
    await queryRunner.query('alter table retracted_trades add primary key (timer_id, signature, index)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table retracted_trades');
  }
}
