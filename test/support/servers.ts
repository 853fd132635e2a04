import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { EmbeddedServer } from '../../src/platform/embedded/embedded-server';
import { startEmbeddedPostgres } from '../../src/platform/embedded/postgres-server';
import { startEmbeddedRedis } from '../../src/platform/embedded/redis-server';
import { withLock } from '../../src/platform/embedded/start-lock';
import { migrate } from './migrate';
import { runFolder } from './run-folder';
import { silentLog } from './silent-log';

const template = 'darwin_timer_template';
/** Test data need not survive a crash of the computer. */
const fastSettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** A corner of the run's Redis that no other suite touches. */
export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  /** Unique; give it to everything that spells keys (`REDIS_KEY_PREFIX`). */
  readonly keyPrefix: string;
  /** A plain client, without prefix, closed by `close`. */
  readonly client: Redis;
  close(): Promise<void>;
}

/** A migrated database of one suite on the run's Postgres. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

/** The Redis of this test run, started by the first suite that asks, with a key prefix of its own. */
export async function testRedis(): Promise<TestRedis> {
  const { url } = await startEmbeddedRedis({ folder: join(runFolder(), 'redis'), log: silentLog });
  const client = new Redis(url);
  const close = async (): Promise<void> => {
    await client.quit();
  };
  const keyPrefix = `test-${randomBytes(6).toString('hex')}`;
  return { url, keyPrefix, client, close, [Symbol.asyncDispose]: close };
}

/** A database of its own, cloned from a template that the first suite of the run migrates. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = await startEmbeddedPostgres(
    { folder: join(runFolder(), 'postgres'), log: silentLog },
    fastSettings,
  );
  const name = `test_${randomBytes(6).toString('hex')}`;
  // a template cannot be cloned while it is being migrated, nor by two at once
  await withLock(join(runFolder(), 'template.lock'), async () => {
    await makeTemplate(server);
    await execute(server, `create database ${name} template ${template}`);
  });
  const drop = (): Promise<void> => execute(server, `drop database if exists ${name} with (force)`);
  return { url: addressOf(server, name), drop, [Symbol.asyncDispose]: drop };
}

async function makeTemplate(server: EmbeddedServer): Promise<void> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (rowCount !== 0) return;
    const draft = `${template}_new`;
    await client.query(`drop database if exists ${draft} with (force)`);
    await client.query(`create database ${draft}`);
    await migrate(addressOf(server, draft));
    await client.query(`alter database ${draft} rename to ${template}`);
  } finally {
    await client.end();
  }
}

async function execute(server: EmbeddedServer, statement: string): Promise<void> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function addressOf(server: EmbeddedServer, database: string): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
}
