import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each instance shows of each timer, so that instances that disagree are noticed, whatever Redis they use. */
export class CreateDeadlineReports1732410000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table deadline_reports (
        instance text collate "C" not null,
        timer_id text collate "C" not null,
        epoch int not null,
        revision bigint not null,
        deadline_ms bigint,
        reported_at timestamptz not null default now(),
        primary key (instance, timer_id)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table deadline_reports');
  }
}
