import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/postgres/data-source-options';

/** Runs all migrations on a database, with the options that the service uses. */
export async function migrate(url: string): Promise<void> {
  const database = await new DataSource(dataSourceOptions(url)).initialize();
  try {
    await database.runMigrations({ transaction: 'each' });
  } finally {
    await database.destroy();
  }
}
