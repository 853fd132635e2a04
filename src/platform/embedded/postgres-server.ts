import { execFile } from 'node:child_process';
import { chown, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError } from './embedded.errors';
import { machineOf, makeFolder, readLogTail, readPassword, readyTimeoutMs } from './embedded-server';
import type { EmbeddedOptions, EmbeddedServer, Found } from './embedded-server';
import { findPostgres } from './postgres-binaries';
import type { PostgresBinaries } from './postgres-binaries';
import { choosePlace } from './postgres-place';
import type { PostgresPlace } from './postgres-place';
import { askPostgres, databaseName, postgresUrl } from './postgres-probe';
import { endProcess, findFreePort, isAlive, pollUntil, readCommandLine } from './processes';
import { spawnServer } from './spawn-server';
import { withLock } from './start-lock';
import { enterAsUser } from './users';

const execute = promisify(execFile);
const stopTimeoutMs = 15_000;
const attempts = 5;
const missingHint =
  'No Postgres runs here: the npm package for this platform was not installed or does not load, and there is no ' +
  'initdb and postgres on PATH. Set DATABASE_URL, or install Postgres.';

/**
 * Starts a Postgres of our own on a free loopback port, or takes over the one that runs in the folder already. The
 * URL names the user `app` and the database `darwin_timer`; the password is made once and kept in the folder.
 *
 * @param settings - further server settings, e.g. `fsync=off`; for tests
 * @throws EmbeddedError `PLATFORM_POSTGRES_MISSING` without a program that runs here, `PLATFORM_POSTGRES_MISMATCH` when
 * the data are of another major version, `PLATFORM_POSTGRES_FAILED` when it does not start, `PLATFORM_DATA_DIR_FAILED`
 */
export async function startEmbeddedPostgres(
  options: EmbeddedOptions,
  settings: readonly string[] = [],
): Promise<EmbeddedServer> {
  await makeFolder(options.folder, 0o755);
  const lock = join(options.folder, 'start.lock');
  return withLock(lock, async () => {
    const place = await choosePlace(options.folder);
    const password = await readPassword(place.folder);
    const found = (await adopt(place.folder, password)) ?? (await start(options, place, password, settings));
    const leave = await enterAsUser(options.folder);
    options.log.info({ pid: found.pid, isAdopted: found.isAdopted }, 'embedded postgres started');
    const stop = (): Promise<void> =>
      withLock(lock, async () => {
        if (await leave()) await stopPostgres(found.pid);
      });
    return { ...found, stop };
  });
}

/** Fast shutdown; an immediate one, which the next start recovers from, when that takes too long. */
async function stopPostgres(pid: number): Promise<void> {
  const isGone = await endProcess(pid, 'SIGINT', stopTimeoutMs);
  if (!isGone) await endProcess(pid, 'SIGQUIT', stopTimeoutMs);
}

async function adopt(folder: string, password: string): Promise<Found | null> {
  const data = join(folder, 'data');
  const pidFile = join(data, 'postmaster.pid');
  const [pidLine, , , portLine] = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
  const pid = Number(pidLine);
  const port = Number(portLine);
  if (!(pid > 0)) return null;
  const command = (await isAlive(pid)) ? await readCommandLine(pid) : '';
  if (!command.includes('postgres') || !command.includes(data)) {
    // the id may have been given to another program since, and Postgres would not start over a living id
    await rm(pidFile, { force: true });
    return null;
  }
  const isOver = async (): Promise<boolean> => !(await isAlive(pid));
  const answer = await pollUntil(() => askPostgres(port, password), readyTimeoutMs, isOver);
  if (answer === null || (await realpath(answer).catch(() => answer)) !== (await realpath(data))) return null;
  return { url: postgresUrl(port, password, databaseName), pid, isAdopted: true };
}

async function start(
  options: EmbeddedOptions,
  place: PostgresPlace,
  password: string,
  settings: readonly string[],
): Promise<Found> {
  const binaries = await findPostgres(machineOf(options), place.copyTo, place.userId);
  if (binaries === null) throw new EmbeddedError('PLATFORM_POSTGRES_MISSING', { hint: missingHint });
  await prepareData(place, binaries);
  const logFile = join(place.folder, 'server.log');
  const portFile = join(place.folder, 'port');
  // a port can be lost between finding and binding it, and the remains of a killed server need a moment to go
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const lastPort = Number(await readFile(portFile, 'utf8').catch(() => '0'));
    const port = await findFreePort(attempt === 1 ? lastPort : 0);
    await writeFile(portFile, String(port));
    const server = spawnServer({
      binary: binaries.postgres,
      args: argumentsOf(join(place.folder, 'data'), port, settings),
      folder: place.folder,
      logFile,
      ...(place.userId === undefined ? {} : { userId: place.userId }),
    });
    const answer = await pollUntil(
      () => askPostgres(port, password),
      readyTimeoutMs,
      () => server.hasEnded(),
    );
    if (answer !== null && server.pid !== null) {
      return { url: postgresUrl(port, password, databaseName), pid: server.pid, isAdopted: false };
    }
    if (server.pid !== null && !server.hasEnded()) await stopPostgres(server.pid);
  }
  const hint = `Postgres did not start; its last lines:\n${await readLogTail(logFile)}`;
  throw new EmbeddedError('PLATFORM_POSTGRES_FAILED', { hint });
}

function argumentsOf(data: string, port: number, settings: readonly string[]): string[] {
  const all = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'shared_buffers=32MB',
    'max_connections=100',
    ...settings,
  ];
  return ['-D', data, '-p', String(port), ...all.flatMap((setting) => ['-c', setting])];
}

/** Makes the data folder once. It is made aside and renamed when complete, so that a killed start leaves none half made. */
async function prepareData(place: PostgresPlace, binaries: PostgresBinaries): Promise<void> {
  const data = join(place.folder, 'data');
  const version = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (version === binaries.majorVersion) return;
  if (version !== '') {
    const hint = `${data} was made by Postgres ${version}, and here is ${binaries.majorVersion}; remove it or set DATABASE_URL.`;
    throw new EmbeddedError('PLATFORM_POSTGRES_MISMATCH', { hint });
  }
  const draft = `${data}.new`;
  await rm(draft, { recursive: true, force: true });
  const passwordFile = join(place.folder, 'password');
  const asUser = place.userId === undefined ? {} : { uid: place.userId, gid: place.userId };
  if (place.userId !== undefined) await chown(passwordFile, place.userId, place.userId);
  const args = [
    '-D',
    draft,
    '-U',
    'app',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--no-locale',
  ];
  try {
    await execute(binaries.initdb, args, { cwd: place.folder, ...asUser });
  } catch (cause) {
    const hint = 'initdb could not make the data of the embedded Postgres; set DATABASE_URL.';
    throw new EmbeddedError('PLATFORM_POSTGRES_FAILED', { hint }, { cause });
  }
  await rename(draft, data);
}
