import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { EmbeddedError } from '../../src/platform/embedded/embedded.errors';
import { startServers } from '../../src/platform/embedded/embedded';
import type { EmbeddedServer } from '../../src/platform/embedded/embedded-server';
import { thisMachine } from '../../src/platform/embedded/machine';
import type { Machine } from '../../src/platform/embedded/machine';
import { startEmbeddedPostgres } from '../../src/platform/embedded/postgres-server';
import { endProcess, isAlive } from '../../src/platform/embedded/processes';
import { startEmbeddedRedis } from '../../src/platform/embedded/redis-server';
import { Secret } from '../../src/config/secret';
import { watchOpenHandles } from '../support/open-handles';
import { makeTestFolder, removeTestFolder } from '../support/run-folder';
import { silentLog } from '../support/silent-log';

const expectNoOpenHandles = watchOpenHandles();
let folder: string;
const redisIn = (machine?: Machine): Promise<EmbeddedServer> =>
  startEmbeddedRedis({ folder: join(folder, 'redis'), log: silentLog, ...(machine && { machine }) });
const postgresIn = (machine?: Machine): Promise<EmbeddedServer> =>
  startEmbeddedPostgres({ folder: join(folder, 'postgres'), log: silentLog, ...(machine && { machine }) });

/** This computer without some of its programs. */
function without(...names: string[]): Machine {
  return {
    ...thisMachine,
    findBinary: async (name) => (names.includes(name) ? null : thisMachine.findBinary(name)),
    canInstallPackages: async () => false,
    installPackage: async () => Promise.reject(new Error('not implemented')),
  };
}

/** This computer with a copy of the Postgres package, and none on PATH. */
async function machineWithOwnPackage(to: string): Promise<Machine> {
  const packaged = (await thisMachine.findPostgresPackage()) ?? '';
  await cp(packaged, to, { recursive: true, dereference: true });
  return { ...without('postgres', 'initdb'), findPostgresPackage: async () => to };
}

async function failureOf(start: Promise<unknown>): Promise<EmbeddedError> {
  try {
    await start;
  } catch (error) {
    if (error instanceof EmbeddedError) return error;
    throw error;
  }
  throw new Error('it started');
}

async function ask<Answer>(url: string, question: (client: Redis) => Promise<Answer>): Promise<Answer> {
  const client = new Redis(url, { maxRetriesPerRequest: 1 });
  client.on('error', () => undefined);
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}

async function readChunk(stream: Readable): Promise<string> {
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) return String(chunk);
  throw new Error('the process printed nothing');
}

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

beforeEach(async () => {
  folder = await makeTestFolder('embedded');
});
afterEach(async () => {
  await removeTestFolder(folder);
});
afterAll(expectNoOpenHandles);

describe('startEmbeddedRedis', () => {
  it('keeps its data in its folder over stop and start, and is gone in between', async () => {
    const first = await redisIn();
    await ask(first.url, (client) => client.set('kept', 'yes'));
    await first.stop();
    expect(await isAlive(first.pid)).toBe(false);
    const second = await redisIn();
    expect(second.isAdopted).toBe(false);
    expect(await ask(second.url, (client) => client.get('kept'))).toBe('yes');
    await second.stop();
  });

  it('writes an append-only file, listens on the loopback only and takes no stranger', async () => {
    const server = await redisIn();
    const config = await ask(server.url, (client) => client.config('GET', 'append*'));
    expect(config).toEqual(expect.arrayContaining(['appendonly', 'yes', 'appendfsync', 'everysec']));
    expect(await ask(server.url, (client) => client.config('GET', 'bind'))).toEqual(['bind', '127.0.0.1']);
    const { port } = new URL(server.url);
    expect(port).not.toBe('6379');
    await expect(ask(`redis://127.0.0.1:${port}`, (client) => client.get('kept'))).rejects.toThrow(/NOAUTH/);
    await server.stop();
  });

  it('takes over what a killed process left running', async () => {
    const first = await redisIn();
    await writeFile(join(folder, 'redis', 'users', '4194304-dead'), '');
    const second = await redisIn();
    expect(second).toMatchObject({ pid: first.pid, url: first.url, isAdopted: true });
    await first.stop();
    await second.stop();
    expect(await isAlive(second.pid)).toBe(false);
  });

  it('stops only when its last user does', async () => {
    const [first, second] = await Promise.all([redisIn(), redisIn()]);
    expect(first.pid).toBe(second.pid);
    await first.stop();
    expect(await ask(second.url, (client) => client.ping())).toBe('PONG');
    await second.stop();
    expect(await isAlive(second.pid)).toBe(false);
  });

  it('starts anew when it was killed, and loses nothing that was written', async () => {
    const first = await redisIn();
    await ask(first.url, (client) => client.set('kept', 'yes'));
    await endProcess(first.pid, 'SIGKILL', 5000);
    const second = await redisIn();
    expect(second.isAdopted).toBe(false);
    expect(await ask(second.url, (client) => client.get('kept'))).toBe('yes');
    await second.stop();
    await first.stop();
  });

  it('does not take another program for its own because the process id was given again', async () => {
    await mkdir(join(folder, 'redis'));
    await writeFile(join(folder, 'redis', 'redis.pid'), String(process.pid));
    await writeFile(join(folder, 'redis', 'redis.conf'), 'port 1\n');
    const server = await redisIn();
    expect(server.isAdopted).toBe(false);
    await server.stop();
  });

  it('takes a valkey-server where there is no redis-server', async () => {
    const binary = await thisMachine.findBinary('redis-server');
    const machine: Machine = {
      ...without(),
      findBinary: async (name) => (name === 'valkey-server' ? binary : null),
    };
    const server = await redisIn(machine);
    expect(await ask(server.url, (client) => client.ping())).toBe('PONG');
    await server.stop();
  });

  it('installs redis-server where it may, and says so', async () => {
    const installed: string[] = [];
    const said: string[] = [];
    const machine: Machine = {
      ...thisMachine,
      findBinary: async (name) => (installed.length > 0 ? thisMachine.findBinary(name) : null),
      canInstallPackages: async () => true,
      installPackage: async (name) => void installed.push(name),
    };
    const log = { ...silentLog, warn: (_: unknown, message: string) => void said.push(message) };
    const server = await startEmbeddedRedis({ folder: join(folder, 'redis'), log, machine });
    expect(installed).toEqual(['redis-server']);
    expect(said.join()).toContain('apt-get install -y redis-server');
    await server.stop();
  });

  it('says how to get one where there is none', async () => {
    const error = await failureOf(redisIn(without('redis-server', 'valkey-server')));
    expect(error.code).toBe('PLATFORM_REDIS_MISSING');
    expect(error.context['hint']).toMatch(/REDIS_URL[^]*apt-get install[^]*dnf install[^]*brew install/);
  });

  it('gives the last lines of a server that does not start', async () => {
    const machine: Machine = { ...without(), findBinary: async () => '/bin/false' };
    expect((await failureOf(redisIn(machine))).code).toBe('PLATFORM_REDIS_FAILED');
  });
});

describe('startEmbeddedPostgres', () => {
  it('keeps its data and its password over stop and start', async () => {
    const first = await postgresIn();
    await query(first.url, 'create table kept as select 7 as n');
    await first.stop();
    expect(await isAlive(first.pid)).toBe(false);
    const second = await postgresIn();
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
    await second.stop();
  });

  it('takes nobody without the password, which only its owner can read', async () => {
    const server = await postgresIn();
    const url = new URL(server.url);
    url.password = 'guessed';
    await expect(query(url.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect((await stat(join(folder, 'postgres', 'password'))).mode & 0o077).toBe(0);
    await server.stop();
  });

  it('shares the running one with a second start and stops with its last user', async () => {
    const [first, second] = await Promise.all([postgresIn(), postgresIn()]);
    expect([first.isAdopted, second.isAdopted].sort()).toEqual([false, true]);
    expect(second.url).toBe(first.url);
    await first.stop();
    expect(await query(second.url, 'select 1 as n')).toEqual([{ n: 1 }]);
    await second.stop();
    expect(await isAlive(second.pid)).toBe(false);
  });

  it('recovers by itself after it was killed', async () => {
    const first = await postgresIn();
    await query(first.url, 'create table kept as select 7 as n');
    await endProcess(first.pid, 'SIGKILL', 5000);
    const second = await postgresIn();
    expect(second.isAdopted).toBe(false);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
    await second.stop();
    await first.stop();
  });

  it('starts over the process id of a dead server that was given to another program', async () => {
    const first = await postgresIn();
    const pidFile = join(folder, 'postgres', 'data', 'postmaster.pid');
    const lines = (await readFile(pidFile, 'utf8')).split('\n');
    await first.stop();
    await writeFile(pidFile, [String(process.ppid), ...lines.slice(1)].join('\n'));
    const second = await postgresIn();
    expect(second.isAdopted).toBe(false);
    await second.stop();
  });

  it('is not hindered by data that a killed start left half made', async () => {
    await mkdir(join(folder, 'postgres', 'data.new', 'base'), { recursive: true });
    const server = await postgresIn();
    expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
    await server.stop();
  });

  it('takes a Postgres on PATH where npm brought none', async () => {
    const machine: Machine = { ...thisMachine, findPostgresPackage: async () => null };
    if ((await thisMachine.findBinary('postgres')) === null) {
      expect((await failureOf(postgresIn(machine))).code).toBe('PLATFORM_POSTGRES_MISSING');
      return;
    }
    const server = await postgresIn(machine);
    expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
    await server.stop();
  });

  it('says how to go on where there is none', async () => {
    const machine: Machine = { ...without('postgres', 'initdb'), findPostgresPackage: async () => null };
    const error = await failureOf(postgresIn(machine));
    expect(error.code).toBe('PLATFORM_POSTGRES_MISSING');
    expect(error.context['hint']).toContain('DATABASE_URL');
  });

  it('does not touch data of another major version', async () => {
    await (await postgresIn()).stop();
    await writeFile(join(folder, 'postgres', 'data', 'PG_VERSION'), '9\n');
    expect((await failureOf(postgresIn())).code).toBe('PLATFORM_POSTGRES_MISMATCH');
  });

  it('makes the library links that npm leaves out without install scripts', async () => {
    const machine = await machineWithOwnPackage(join(folder, 'package'));
    const links: unknown = JSON.parse(
      await readFile(join(folder, 'package/native/pg-symlinks.json'), 'utf8'),
    );
    const targets = Array.isArray(links) ? links.map(({ target }: { target: string }) => target) : [];
    await Promise.all(targets.map((target) => rm(join(folder, 'package', target), { force: true })));
    const server = await postgresIn(machine);
    expect(targets.length).toBeGreaterThan(0);
    for (const target of targets) expect((await stat(join(folder, 'package', target))).isFile()).toBe(true);
    await server.stop();
  });

  it('goes to a place that its user can reach when the data folder and node_modules are closed', async () => {
    const machine = await machineWithOwnPackage(join(folder, 'package'));
    await chmod(folder, 0o700);
    const server = await postgresIn(machine);
    const rows = await query(server.url, `select current_setting('data_directory') as folder`);
    await server.stop();
    const note = await readFile(join(folder, 'postgres', 'moved-to'), 'utf8').catch(() => null);
    if (note !== null) await rm(note.trim(), { recursive: true });
    const isRoot = process.getuid?.() === 0;
    expect(note !== null).toBe(isRoot);
    expect(rows).toEqual([{ folder: join(note?.trim() ?? join(folder, 'postgres'), 'data') }]);
  });
});

describe('startServers', () => {
  it('starts nothing that the environment names', async () => {
    const servers = await startServers(
      {
        dataDir: folder,
        redisUrl: new Secret('redis://elsewhere'),
        databaseUrl: new Secret('postgres://elsewhere'),
      },
      silentLog,
    );
    expect(servers).toMatchObject({ redisUrl: 'redis://elsewhere', databaseUrl: 'postgres://elsewhere' });
    await expect(stat(join(folder, 'redis'))).rejects.toThrow(/ENOENT/);
    await servers.stop();
  });

  it('leaves nothing running when one of the two cannot start', async () => {
    const env = { dataDir: folder, redisUrl: null, databaseUrl: null };
    await failureOf(startServers(env, silentLog, without('redis-server', 'valkey-server')));
    await expect(stat(join(folder, 'postgres', 'data', 'postmaster.pid'))).rejects.toThrow(/ENOENT/);
  });

  it('leaves both to the next start when the process is killed', async () => {
    const child = spawn(process.execPath, [join(__dirname, '../support/start-servers.cjs'), folder]);
    const printed = await readChunk(child.stdout);
    const urls: unknown = JSON.parse(printed);
    child.kill('SIGKILL');
    await once(child, 'close');
    const servers = await startServers({ dataDir: folder, redisUrl: null, databaseUrl: null }, silentLog);
    expect({ redisUrl: servers.redisUrl, databaseUrl: servers.databaseUrl }).toEqual(urls);
    expect(await query(servers.databaseUrl, 'select 1 as n')).toEqual([{ n: 1 }]);
    await servers.stop();
    await expect(query(servers.databaseUrl, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  });
});
