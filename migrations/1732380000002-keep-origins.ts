import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keeps the state that each timer began with: from there anybody can fold its log again. Null for older timers. */
export class KeepOrigins1732380000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('alter table timers add column origin jsonb');
    await queryRunner.query(`
      create function keep_origin() returns trigger language plpgsql as $$
        begin
          new.origin := coalesce(new.origin, new.state);
          return new;
        end $$`);
    await queryRunner.query(
      'create trigger timers_origin before insert on timers for each row execute function keep_origin()',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop trigger timers_origin on timers');
    await queryRunner.query('drop function keep_origin()');
    await queryRunner.query('alter table timers drop column origin');
  }
}
