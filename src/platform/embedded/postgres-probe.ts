import { Client } from 'pg';

/** The database that the service uses on an embedded server. */
export const databaseName = 'darwin_timer';

/** The address of an embedded server's database. */
export function postgresUrl(port: number, password: string, database: string): string {
  return `postgresql://app:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * Asks the server once where its data is, and makes sure that our database exists.
 *
 * @returns the data folder as the server knows it; null while it does not answer us
 */
export async function askPostgres(port: number, password: string): Promise<string | null> {
  const client = new Client({
    connectionString: postgresUrl(port, password, 'postgres'),
    connectionTimeoutMillis: 2000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      `select current_setting('data_directory') as folder`,
    );
    const existing = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (existing.rowCount === 0) await client.query(`create database ${databaseName}`);
    return rows[0]?.folder ?? null;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}
