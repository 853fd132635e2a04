import { join } from 'node:path';
import type { DataSourceOptions } from 'typeorm';

/**
 * TypeORM's options for our database: hand-written migrations, no synchronisation.
 *
 * @param onPoolError - told when an idle connection breaks, which would otherwise end the process
 */
export function dataSourceOptions(url: string, onPoolError?: (err: unknown) => void): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    migrations: [join(__dirname, '../../../migrations/*.{js,ts}')],
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    applicationName: 'darwin-timer',
    connectTimeoutMS: 3_000,
    // the server gives up first: what only the driver gave up would go on, and hold its locks
    extra: { max: 10, statement_timeout: 4_500, query_timeout: 5_000 },
    ...(onPoolError === undefined ? {} : { poolErrorHandler: onPoolError }),
  };
}

/** The same for migrations: a statement that rewrites a table takes the time that it takes. */
export function unlimited(options: DataSourceOptions): DataSourceOptions {
  return options.type === 'postgres' ? { ...options, extra: { max: 1 } } : options;
}
