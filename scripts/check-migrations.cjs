'use strict';
/*
 * Runs every migration up, down and up again on an empty Postgres of its own, from dist/. Fails when down leaves
 * something behind, or when the second way up does not end in the schema of the first.
 */
const assert = require('node:assert/strict');
const { chmodSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { DataSource } = require('typeorm');
const built = (file) => require(path.resolve(__dirname, '../dist/src/platform', file));
const { startEmbeddedPostgres } = built('embedded/postgres-server.js');
const { createLog } = built('logging/logger.js');
const { dataSourceOptions } = built('postgres/data-source-options.js');

const everything = `
  select 'column' as kind, table_name || '.' || column_name as name,
         concat_ws(' ', data_type, is_nullable, column_default) as detail
    from information_schema.columns where table_schema = 'public'
  union all select 'index', indexname, indexdef from pg_indexes where schemaname = 'public'
  union all select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'public'::regnamespace
  union all select 'routine', proname, pg_get_functiondef(oid) from pg_proc
    where pronamespace = 'public'::regnamespace and prokind in ('f', 'p')
  union all select 'trigger', tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  union all select 'type', typname, typtype::text from pg_type
    where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')
  order by 1, 2, 3`;

async function check(url) {
  const options = dataSourceOptions(url);
  const database = await new DataSource(options).initialize();
  // the list of migrations itself stays
  const own = new RegExp(`\\b${options.migrationsTableName}\\b`);
  const isOurs = ({ name, detail }) => !own.test(name) && !own.test(detail);
  const schema = async () => (await database.query(everything)).filter(isOurs);
  try {
    const count = (await database.runMigrations()).length;
    assert.ok(count > 0, 'there are no migrations');
    const first = await schema();
    assert.ok(first.length > 0, 'the migrations make nothing');
    for (let undone = 0; undone < count; undone += 1) await database.undoLastMigration();
    assert.deepEqual(await schema(), [], 'down leaves something behind');
    await database.runMigrations();
    assert.deepEqual(await schema(), first, 'the second way up ends elsewhere');
    process.stdout.write(`${count} migrations went up, down and up again\n`);
  } finally {
    await database.destroy();
  }
}

async function main() {
  const folder = mkdtempSync(path.join(tmpdir(), 'darwin-timer-migrations-'));
  chmodSync(folder, 0o755);
  const log = createLog({ level: 'warn', instance: 'check-migrations' });
  const server = await startEmbeddedPostgres({ folder: path.join(folder, 'postgres'), log });
  try {
    await check(server.url);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
