import { setTimeout as wait } from 'node:timers/promises';
import { MigrationExecutor } from 'typeorm';
import { DataSource } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { AppError } from '../app-error';
import { unlimited } from './data-source-options';

/** The lock of the migrations, one per database; an arbitrary number that nothing else uses. */
const LOCK_KEY = 1_732_350_000;
const ASK_EVERY_MS = 200;
const MAX_WAIT_MS = 60_000;

/** The schema could not be brought up to date. */
export class MigrationError extends AppError<'PLATFORM_MIGRATION_FAILED'> {}

/**
 * Brings the schema up to date; several instances may call it at once, one does the work and the others wait.
 *
 * Lock and migrations share one connection, without limits of time: when it breaks, both are gone together.
 *
 * @param serving - what the schema is for
 * @returns names of the migrations that this call has run, oldest first
 * @throws MigrationError `PLATFORM_MIGRATION_FAILED` when Postgres refuses one, or another instance holds the lock
 *   for a minute
 */
export async function runMigrations(serving: DataSource): Promise<readonly string[]> {
  const dataSource = new DataSource(unlimited(serving.options));
  let runner: QueryRunner | null = null;
  try {
    await dataSource.initialize();
    runner = dataSource.createQueryRunner();
    await lock(runner);
    try {
      return await migrate(dataSource, runner);
    } finally {
      // a broken connection has lost the lock with itself, and must not hide why
      await runner.query('select pg_advisory_unlock($1)', [LOCK_KEY]).catch(() => undefined);
    }
  } catch (cause) {
    throw cause instanceof MigrationError
      ? cause
      : new MigrationError('PLATFORM_MIGRATION_FAILED', {}, { cause });
  } finally {
    await runner?.release();
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

async function migrate(dataSource: DataSource, runner: QueryRunner): Promise<readonly string[]> {
  const executor = new MigrationExecutor(dataSource, runner);
  executor.transaction = 'each';
  return (await executor.executePendingMigrations()).map(({ name }) => name);
}

// asked for again and again, because a statement that waits would wait without end
async function lock(runner: QueryRunner): Promise<void> {
  const giveUpAt = performance.now() + MAX_WAIT_MS;
  while (performance.now() < giveUpAt) {
    const sql = 'select pg_try_advisory_lock($1) as locked';
    const [row] = await runner.manager.query<{ locked: boolean }[]>(sql, [LOCK_KEY]);
    if (row?.locked === true) return;
    await wait(ASK_EVERY_MS);
  }
  throw new MigrationError('PLATFORM_MIGRATION_FAILED', { reason: 'another instance holds the lock' });
}
