/*
 * How fast history is read while trades are written, and how fast and how lean it is exported: `--help` for the options.
 *
 * Starts a Postgres of its own in a temporary folder and removes it, or keeps and uses the one in a given folder.
 */
import { fork } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { built, require } from './history/built.mjs';
import { openDatabase } from './history/database.mjs';
import { measureExport } from './history/export.mjs';
import { measure, TimedReader } from './history/measure.mjs';
import { readOptions } from './history/options.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const { Client } = require('pg');
const { Logger } = require('@nestjs/common');
const { HistoryService } = built('history/history.service.js');

async function main(options) {
  Logger.overrideLogger(false);
  const database = await openDatabase(options);
  try {
    if (!options.isLoadOnly) await run(database, options);
  } finally {
    await database.close();
  }
}

async function run(database, options) {
  const tell = (line) => options.isJson || process.stdout.write(line);
  const reader = new TimedReader(database.url);
  const client = new Client({ connectionString: database.url });
  try {
    await client.connect();
    const history = new HistoryService(reader, { status: () => null });
    const { runs, rate } = options;
    const loadBefore = loadavg();
    const stopWriter = rate > 0 ? await startWriter(database.url, rate) : async () => 0;
    const rows = await measure({ ...database, history, reader, client, runs }, tell);
    const exported = await measureExport(history, options.exportRows);
    const writtenPerSecond = Math.round(await stopWriter());
    const settings = { ...(await settingsOf(client)), runs, writePerSecond: rate, writtenPerSecond };
    const { days, loadSeconds } = database;
    const machine = {
      ...{ cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown', node: process.version },
      ...{ loadBefore, loadAfter: loadavg() },
    };
    const result = {
      method: 'planning and execution in Postgres of all statements of a question, by explain (analyze)',
      machine,
      rowsTotal: database.rows,
      settings: { days, loadSeconds, ...settings },
      rows,
      export: exported,
    };
    if (options.isJson) process.stdout.write(`${JSON.stringify(result)}\n`);
    else tell(`${JSON.stringify({ settings: result.settings, export: exported }, null, 2)}\n`);
  } finally {
    await client.end();
    await reader.onApplicationShutdown();
  }
}

async function settingsOf(client) {
  const { rows } = await client.query(
    `select pg_size_pretty(pg_database_size(current_database())) as "databaseSize",
       current_setting('shared_buffers') as "sharedBuffers", current_setting('server_version') as postgres`,
  );
  return rows[0];
}

/** A process that writes trades as the historian does. @returns a function that ends it and tells trades a second */
async function startWriter(url, rate) {
  const child = fork(path.join(here, 'history/writer.mjs'), [JSON.stringify({ url, timerId: 'live', rate })]);
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error('the writer ended')));
  });
  return async () => {
    const answer = new Promise((resolve) => child.once('message', resolve));
    child.send('end');
    return (await answer).perSecond;
  };
}

const options = readOptions(process.argv.slice(2));
if (options !== null) await main(options);
process.exit(0);
