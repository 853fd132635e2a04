import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { dataSourceOptions } from './data-source-options';

/** The Postgres URL; provided by the platform's module. */
export const POSTGRES_URL = Symbol('POSTGRES_URL');

/**
 * The instance's pool of Postgres connections.
 *
 * Statements fail within five seconds while Postgres is away, so that nobody waits for ever; the pool reconnects
 * by itself.
 */
@Injectable()
export class PostgresService implements OnApplicationShutdown {
  readonly dataSource: DataSource;
  private readonly log = new Logger('postgres');

  constructor(@Inject(POSTGRES_URL) url: string) {
    this.dataSource = new DataSource(dataSourceOptions(url, (err) => this.warn(err)));
  }

  /** Connects; the boot calls it once, before anything else uses the pool. @throws when Postgres cannot be reached */
  async connect(): Promise<void> {
    if (!this.dataSource.isInitialized) await this.dataSource.initialize();
  }

  /** Rows of one statement; the caller knows their columns. */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return await this.dataSource.query<Row[]>(sql, [...parameters]);
  }

  /** Runs `work` in one transaction, committed when it resolves. */
  async transaction<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return await this.dataSource.transaction(work);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  private warn(err: unknown): void {
    this.log.warn({
      message: 'postgres connection lost',
      err: err instanceof Error ? err.message : 'unknown',
    });
  }
}
