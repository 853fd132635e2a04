import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { Env } from '../config/env';
import { failed, fine, reasonOf, warned } from './operator/check';
import type { Check, Outcome } from './operator/check';
import type { PreflightWorld } from './preflight.world';

const run = promisify(execFile);
const HOUR_MS = 3_600_000;
/** A daily backup, and two hours for it to run late. */
const OLDEST_MS = 26 * HOUR_MS;
const LEAST_FREE_BYTES = 1_000_000_000;
const SHORTEST_KEY = 32;
const CONNECT_WITHIN_MS = 5_000;

/** Whether `ops/backup` can do its work here, and did it. */
export function backupChecks(env: Env, { source }: PreflightWorld): readonly Check[] {
  const todo = 'see docs/backup.md, or --skip backup where the provider of the servers makes backups';
  return [{ name: 'backup', todo, run: () => checkBackup(env, source, todo) }];
}

async function checkBackup(env: Env, source: PreflightWorld['source'], todo: string): Promise<Outcome> {
  const { BACKUP_DIR: folder = '', BACKUP_KEY_FILE: keyFile = '', BACKUP_METHOD: method = 'base' } = source;
  if (folder === '' || keyFile === '')
    return failed('BACKUP_DIR and BACKUP_KEY_FILE are not set', `set both; ${todo}`);
  const place = await findPlaceProblem(folder);
  if (place !== null)
    return failed(`BACKUP_DIR ${place}`, 'make the folder, on another disk than the servers use');
  const key = await findKeyProblem(keyFile);
  if (key !== null)
    return failed(`the key ${key}`, 'make one by: (umask 077; openssl rand -hex 32 > "$BACKUP_KEY_FILE")');
  const tools = await findToolProblem(method === 'dump' ? 'pg_dump' : 'pg_basebackup', env, source['PATH']);
  if (tools !== null)
    return failed(
      tools,
      'install postgresql-client of the major version of the server, redis-tools and openssl',
    );
  const newest = await newestBackup(folder);
  if (newest === null) return warned('there is no backup yet', 'make the first one: ops/backup/backup.sh');
  const hours = Math.round((Date.now() - newest.atMs) / HOUR_MS);
  return Date.now() - newest.atMs > OLDEST_MS
    ? failed(`the newest backup, ${newest.name}, is ${hours} hours old`, 'see why the daily one does not run')
    : fine(`${newest.name}, ${hours} hours old`);
}

async function findPlaceProblem(folder: string): Promise<string | null> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < LEAST_FREE_BYTES ? 'has less than 1 GB free' : null;
  } catch (err) {
    return `cannot be written (${reasonOf(err)})`;
  }
}

async function findKeyProblem(file: string): Promise<string | null> {
  try {
    const { size, mode } = await stat(file);
    if (size < SHORTEST_KEY) return `has fewer than ${SHORTEST_KEY} letters`;
    return (mode & 0o007) === 0 ? null : 'can be read by everybody here';
  } catch (err) {
    return `cannot be read (${reasonOf(err)})`;
  }
}

async function findToolProblem(tool: string, env: Env, searched: string | undefined): Promise<string | null> {
  const options = { env: { PATH: searched ?? '' } };
  for (const other of ['openssl', 'redis-cli', 'bash']) {
    const isThere = await run('/bin/sh', ['-c', 'command -v "$1"', 'sh', other], options).then(
      () => true,
      () => false,
    );
    if (!isThere) return `${other} is missing here`;
  }
  const version = await run(tool, ['--version'], options).then(
    ({ stdout }) => Number(/\) (\d+)/.exec(stdout)?.[1] ?? 0),
    () => 0,
  );
  if (version === 0) return `${tool} is missing here`;
  const server = await majorVersion(env.databaseUrl?.reveal());
  const isFit = server === null || (tool === 'pg_dump' ? version >= server : version === server);
  return isFit ? null : `${tool} is of version ${version}, the server of ${server}`;
}

async function majorVersion(url: string | undefined): Promise<number | null> {
  if (url === undefined) return null;
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ major: number }>(
      `select current_setting('server_version_num')::int / 10000 as major`,
    );
    return rows[0]?.major ?? null;
  } catch {
    // the check of Postgres itself says why
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function newestBackup(folder: string): Promise<{ name: string; atMs: number } | null> {
  const found = (await readdir(folder)).flatMap((name) => {
    const [, day, time] = /^(\d{8})T(\d{6})Z$/.exec(name) ?? [];
    if (day === undefined || time === undefined) return [];
    const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
    return [{ name, atMs: Date.parse(`${date}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}Z`) }];
  });
  return found.sort((a, b) => b.atMs - a.atMs)[0] ?? null;
}
