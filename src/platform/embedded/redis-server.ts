import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedError } from './embedded.errors';
import { machineOf, makeFolder, readLogTail, readPassword, readyTimeoutMs } from './embedded-server';
import type { EmbeddedOptions, EmbeddedServer, Found } from './embedded-server';
import type { Machine } from './machine';
import { endProcess, findFreePort, isAlive, pollUntil, readCommandLine } from './processes';
import { askRedis } from './redis-probe';
import { spawnServer } from './spawn-server';
import { withLock } from './start-lock';
import { enterAsUser } from './users';

const stopTimeoutMs = 15_000;
const attempts = 3;
const missingHint = [
  'No redis-server or valkey-server was found. Install one, or set REDIS_URL:',
  '  Debian, Ubuntu: apt-get install -y redis-server',
  '  Fedora, RHEL:   dnf install -y valkey',
  '  macOS:          brew install redis',
].join('\n');

/**
 * Starts a Redis of our own on a free loopback port, with an append-only file in its folder, or takes over the one
 * that runs there already. On Debian and Ubuntu a root user gets redis-server installed.
 *
 * @throws EmbeddedError `PLATFORM_REDIS_MISSING` without a way to a server program, `PLATFORM_REDIS_FAILED` when it
 * does not start, `PLATFORM_DATA_DIR_FAILED`
 */
export async function startEmbeddedRedis(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { folder } = options;
  await makeFolder(folder, 0o700);
  const lock = join(folder, 'start.lock');
  return withLock(lock, async () => {
    const found = (await adopt(folder)) ?? (await start(options));
    const leave = await enterAsUser(folder);
    options.log.info({ pid: found.pid, isAdopted: found.isAdopted }, 'embedded redis started');
    const stop = (): Promise<void> =>
      withLock(lock, async () => {
        if (!(await leave())) return;
        const isGone = await endProcess(found.pid, 'SIGTERM', stopTimeoutMs);
        if (!isGone) await endProcess(found.pid, 'SIGKILL', stopTimeoutMs);
      });
    return { ...found, stop };
  });
}

async function adopt(folder: string): Promise<Found | null> {
  const conf = join(folder, 'redis.conf');
  const pid = Number(await readFile(join(folder, 'redis.pid'), 'utf8').catch(() => ''));
  const port = await readPort(conf);
  if (!(pid > 0) || port === 0 || !(await isAlive(pid))) return null;
  // the id may have been given to another program since
  const command = await readCommandLine(pid);
  if (!command.includes(`:${port}`) && !command.includes(conf)) return null;
  const url = urlOf(await readPassword(folder), port);
  const isOver = async (): Promise<boolean> => !(await isAlive(pid));
  const answer = await pollUntil(() => askRedis(url), readyTimeoutMs, isOver);
  return answer !== null && answer !== 'refused' && answer.pid === pid ? { url, pid, isAdopted: true } : null;
}

async function start(options: EmbeddedOptions): Promise<Found> {
  const { folder } = options;
  const binary = await findServer(options);
  const password = await readPassword(folder);
  const logFile = join(folder, 'server.log');
  // a port can be lost between finding and binding it
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const conf = join(folder, 'redis.conf');
    const port = await findFreePort(attempt === 1 ? await readPort(conf) : 0);
    await writeFile(conf, configure(folder, port, password), { mode: 0o600 });
    const server = spawnServer({ binary, args: [conf], folder, logFile });
    const url = urlOf(password, port);
    const answer = await pollUntil(
      () => askRedis(url),
      readyTimeoutMs,
      () => server.hasEnded(),
    );
    if (answer !== null && answer !== 'refused') return { url, pid: answer.pid, isAdopted: false };
    if (server.pid !== null && !server.hasEnded()) await endProcess(server.pid, 'SIGKILL', stopTimeoutMs);
  }
  const hint = `redis-server did not start; its last lines:\n${await readLogTail(logFile)}`;
  throw new EmbeddedError('PLATFORM_REDIS_FAILED', { hint });
}

async function readPort(conf: string): Promise<number> {
  return Number(/^port (\d+)$/m.exec(await readFile(conf, 'utf8').catch(() => ''))?.[1] ?? 0);
}

async function findServer(options: EmbeddedOptions): Promise<string> {
  const machine = machineOf(options);
  const found = await lookFor(machine);
  if (found !== null) return found;
  if (!(await machine.canInstallPackages())) {
    throw new EmbeddedError('PLATFORM_REDIS_MISSING', { hint: missingHint });
  }
  options.log.warn(
    { package: 'redis-server' },
    'redis-server was missing: apt-get install -y redis-server began',
  );
  try {
    await machine.installPackage('redis-server');
  } catch (cause) {
    throw new EmbeddedError('PLATFORM_REDIS_MISSING', { hint: missingHint }, { cause });
  }
  const installed = await lookFor(machine);
  if (installed === null) throw new EmbeddedError('PLATFORM_REDIS_MISSING', { hint: missingHint });
  return installed;
}

async function lookFor(machine: Machine): Promise<string | null> {
  return (await machine.findBinary('redis-server')) ?? (await machine.findBinary('valkey-server'));
}

function configure(folder: string, port: number, password: string): string {
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    `requirepass ${password}`,
    `dir ${JSON.stringify(folder)}`,
    `pidfile ${JSON.stringify(join(folder, 'redis.pid'))}`,
    'daemonize no',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    '',
  ].join('\n');
}

function urlOf(password: string, port: number): string {
  return `redis://:${password}@127.0.0.1:${port}`;
}
