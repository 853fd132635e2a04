/*
 * The database of the bench: a Postgres of its own, in a temporary folder that is removed, or in a folder that stays so
 * that loading and measuring can run apart.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { built, require } from './built.mjs';
import { load } from './load.mjs';

const { Client } = require('pg');
const { startEmbeddedPostgres } = built('platform/embedded/postgres-server.js');
const { createLog } = built('platform/logging/logger.js');
const { PostgresService } = built('platform/postgres/postgres.service.js');
const { runMigrations } = built('platform/postgres/migrate.js');
const { MONTHLY_TABLES, PartitionStore } = built('history/partition.store.js');
const { monthOf } = built('history/domain/months.js');
const { ProgressBar } = built('app/progress-bar.js');

const DAY_MS = 86_400_000;
/** Only while loading: what is measured afterwards runs with the settings of every embedded Postgres. */
const LOADING = [
  'max_wal_size=8GB',
  'synchronous_commit=off',
  'maintenance_work_mem=512MB',
  'work_mem=256MB',
];
export const timerId = 'global';

/** Loads what is missing, and starts the server that is measured. @returns how to reach it, what it holds, and how to end it */
export async function openDatabase({ rows, days, keep, reuse }) {
  const folder = reuse ?? keep ?? mkdtempSync(path.join(tmpdir(), 'darwin-timer-bench-history-'));
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const isTemporary = reuse === null && keep === null;
  try {
    const loaded = reuse === null ? await fill(folder, { rows, days }) : readLoaded(folder);
    const server = await start(folder, []);
    // the folder may hold the schema of an earlier build
    await migrate(server.url);
    const close = async () => {
      await server.stop();
      if (isTemporary) rmSync(folder, { recursive: true, force: true });
    };
    return { url: server.url, ...loaded, from: new Date(loaded.from), close };
  } catch (error) {
    if (isTemporary) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function fill(folder, { rows, days }) {
  const server = await start(folder, LOADING);
  try {
    const postgres = await migrate(server.url, { isKept: true });
    const client = new Client({ connectionString: server.url });
    await client.connect();
    const from = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - days * DAY_MS);
    const partitions = { store: new PartitionStore(postgres), tables: MONTHLY_TABLES, monthOf };
    const bar = new ProgressBar(process.stderr);
    const startedAt = performance.now();
    await load(client, { timerId, rows, from, days, partitions }, (done, what) => bar.show(done, what));
    bar.end();
    await client.end();
    await postgres.onApplicationShutdown();
    const loadSeconds = Math.round((performance.now() - startedAt) / 1000);
    const loaded = { rows, days, from: from.toISOString(), loadSeconds };
    writeFileSync(path.join(folder, 'loaded.json'), JSON.stringify(loaded));
    return loaded;
  } finally {
    await server.stop();
  }
}

function readLoaded(folder) {
  return JSON.parse(readFileSync(path.join(folder, 'loaded.json'), 'utf8'));
}

async function start(folder, settings) {
  const log = createLog({ level: 'warn', instance: 'bench' });
  return await startEmbeddedPostgres({ folder: path.join(folder, 'postgres'), log }, settings);
}

async function migrate(url, { isKept = false } = {}) {
  const postgres = new PostgresService(url);
  await postgres.connect();
  await runMigrations(postgres.dataSource);
  if (!isKept) await postgres.onApplicationShutdown();
  return postgres;
}
