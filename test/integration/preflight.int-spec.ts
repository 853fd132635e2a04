import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { createServer as createListener } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { preflight } from '../../src/app/preflight.command';
import type { PreflightWorld } from '../../src/app/preflight.world';
import { Cleanup } from '../support/cleanup';
import { HELIUS_KEY } from '../support/fake-helius';
import { startOwnPostgres, startOwnRedis } from '../support/own-servers';
import type { OwnServer } from '../support/own-servers';
import { makeTestFolder, removeTestFolder } from '../support/run-folder';
import { testDatabase } from '../support/servers';
import { ScriptedNode } from '../support/scripted-node';
import type { Script } from '../support/scripted-node';

const run = promisify(execFile);
const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
const MAINNET = '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d';
const ADMIN = 'uG7-kd83hYtQw0zLpV2xR';
const cleanup = new Cleanup();

type Source = Readonly<Record<string, string | undefined>>;

/** Answers to the calls of a preflight by their methods. */
async function node(answers: Readonly<Record<string, Script>> = {}): Promise<ScriptedNode> {
  const mint = { owner: TOKEN_PROGRAM, data: { parsed: { type: 'mint', info: { decimals: 6 } } } };
  const all: Readonly<Record<string, Script>> = {
    getSlot: { result: 1000 },
    getGenesisHash: { result: MAINNET },
    getAccountInfo: { result: { value: mint } },
    ...answers,
  };
  const started = cleanup.add(await ScriptedNode.start(), (it) => it[Symbol.asyncDispose]());
  started.byMethod = all;
  return started;
}

async function certificate(
  folder: string,
  name: string,
  days: number,
): Promise<{ key: string; cert: string }> {
  const [key, cert] = [join(folder, `${name}-${days}.key`), join(folder, `${name}-${days}.crt`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  const made = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    key,
    '-out',
    cert,
  ];
  await run('openssl', ['req', '-x509', '-days', String(days), ...made, ...subject]);
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
}

async function serve(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.add(server, async (it) => {
    it.closeAllConnections();
    it.close();
    await once(it, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return `https://localhost:${address.port}`;
}

async function unusedPort(): Promise<number> {
  const listener = createListener().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port }: AddressInfo | { port: number } = Object(listener.address());
  listener.close();
  await once(listener, 'close');
  return port;
}

describe('npm run preflight', () => {
  let redis: OwnServer;
  let postgres: OwnServer;
  let commands: Redis;
  let good: Source;
  let world: PreflightWorld;
  let backups: string;
  let keyFile: string;
  let shortLived: string;
  let foreign: string;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    const folder = cleanup.add(await makeTestFolder('preflight'), removeTestFolder);
    [redis, postgres] = await Promise.all([startOwnRedis(), startOwnPostgres()]);
    for (const server of [redis, postgres]) cleanup.add(server, (it) => it.remove());
    commands = cleanup.add(new Redis(redis.url), async (it) => {
      await it.quit();
    });
    await commands.config('SET', 'maxmemory', '1gb');
    const [one, two, helius] = [await node(), await node(), await node()];
    const [own, late, other] = await Promise.all([
      certificate(folder, 'localhost', 90),
      certificate(folder, 'localhost', 3),
      certificate(folder, 'elsewhere.example', 90),
    ]);
    const url = await serve(createServer(own));
    shortLived = await serve(createServer(late));
    foreign = await serve(createServer(other));
    backups = join(folder, 'backups');
    keyFile = join(folder, 'key');
    await mkdir(backups);
    await writeFile(keyFile, '0123456789abcdef'.repeat(4), { mode: 0o600 });
    const version = await majorOf(postgres.url);
    // the programs of Postgres have the version of the server in a deployment; here only what they say is asked
    await writeFile(
      join(folder, 'pg_basebackup'),
      `#!/bin/sh\necho 'pg_basebackup (PostgreSQL) ${version}.1'\n`,
      { mode: 0o755 },
    );
    good = {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      REDIS_URL: redis.url,
      DATABASE_URL: postgres.url,
      DATABASE_READ_URL: postgres.url,
      ADMIN_SECRET: ADMIN,
      SOLANA_RPC_ENDPOINTS: `http://127.0.0.1:${one.port},http://127.0.0.1:${two.port}`,
      HELIUS_API_KEY: HELIUS_KEY,
      HELIUS_WEBHOOK_MODE: 'true',
      HELIUS_WEBHOOK_URL: `${url}/api/webhook/helius`,
      HELIUS_WEBHOOK_SECRET: 'a-secret-for-pushes',
      ALERT_WEBHOOK_URL: url,
      BACKUP_DIR: backups,
      BACKUP_KEY_FILE: keyFile,
    };
    world = {
      source: good,
      url,
      heliusRpcUrl: `http://127.0.0.1:${helius.port}/`,
      authorities: [own.cert, late.cert].join('\n'),
    };
    await mkdir(join(backups, stamp(Date.now() - 3_600_000)));
  }, 60_000);

  afterAll(() => cleanup.run(), 60_000);

  interface Line {
    readonly word: string;
    readonly name: string;
    readonly rest: string;
  }

  async function look(changes: Source = {}, differences: Partial<PreflightWorld> = {}, skip: string[] = []) {
    const written: string[] = [];
    const source = { ...good, ...changes };
    const code = await preflight({ ...world, source, ...differences }, skip, (line) => written.push(line));
    const lines = written.map((line): Line => {
      const [, word = '', name = '', rest = ''] = /^(\w+) +([\w-]+) +(.*)$/.exec(line) ?? [];
      return { word, name, rest };
    });
    const failures = lines.filter(({ word }) => word === 'FAILED');
    return { code, lines, failures, text: written.join('\n') };
  }

  it('says one line for each check, and 0, where all is well', async () => {
    const { code, lines } = await look();
    expect(lines.filter(({ word }) => word !== 'ok')).toEqual([
      {
        word: 'warning',
        name: 'webhook-address',
        rest: expect.stringContaining('a private address from here'),
      },
    ]);
    expect(lines.map(({ name }) => name)).toEqual([
      'variables',
      'admin-secret',
      'redis',
      'redis-persistence',
      'redis-eviction',
      'redis-clock',
      'postgres',
      'postgres-durable',
      'postgres-replica',
      'solana',
      'helius-key',
      'token',
      'tls',
      'monitoring',
      'webhook-address',
      'backup',
    ]);
    expect(code).toBe(0);
  });

  it.each<[name: string, changes: Source, says: string]>([
    ['variables', { TIMER_DEFAULT_DURATION: '1', REDDIS: 'x' }, 'TIMER_DEFAULT_DURATION'],
    ['admin-secret', { ADMIN_SECRET: 'aaaaaaaaaaaaaaaaaaaaaaaa' }, 'different letters'],
    ['admin-secret', { ADMIN_SECRET: 'MySuperPassword-2026-xyz' }, 'guessed first'],
    ['monitoring', { ALERT_WEBHOOK_URL: undefined }, 'alerts go nowhere'],
    ['monitoring', { MONITORING_ENABLED: 'false' }, 'nobody is told'],
    ['webhook-address', { HELIUS_WEBHOOK_URL: 'https://localhost/api/other' }, 'another path'],
    ['backup', { BACKUP_DIR: undefined }, 'not set'],
    ['backup', { PATH: '/nowhere' }, 'is missing here'],
    ['backup', { BACKUP_DIR: '/nowhere/at/all' }, 'cannot be written'],
    ['backup', { BACKUP_KEY_FILE: '/nowhere/at/all' }, 'cannot be read'],
  ])('fails %s for %j', async (name, changes, says) => {
    const { code, failures } = await look(changes);
    expect(failures.map((line) => line.name)).toEqual([name]);
    expect(failures[0]?.rest).toContain(says);
    expect(failures[0]?.rest).toContain('. Do: ');
    expect(code).toBe(1);
  });

  it('fails what a missing variable leaves out, and looks at all the rest', async () => {
    const { failures } = await look({ REDIS_URL: undefined, ADMIN_SECRET: undefined });
    expect(failures.map(({ name }) => name)).toEqual([
      'variables',
      'admin-secret',
      'redis',
      'redis-persistence',
      'redis-eviction',
      'redis-clock',
    ]);
  });

  it('fails Redis that keeps nothing, evicts, follows another, or is gone', async () => {
    await commands.config('SET', 'appendonly', 'no');
    await commands.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await commands.call('REPLICAOF', '127.0.0.1', String(await unusedPort()));
    try {
      const { failures } = await look();
      expect(failures.map(({ name }) => name)).toEqual(['redis', 'redis-persistence', 'redis-eviction']);
    } finally {
      await commands.call('REPLICAOF', 'NO', 'ONE');
      await commands.config('SET', 'maxmemory-policy', 'noeviction');
      await commands.config('SET', 'appendonly', 'yes');
    }
    const gone = await look({ REDIS_URL: `redis://127.0.0.1:${await unusedPort()}` });
    expect(gone.failures.map(({ name }) => name)).toEqual([
      'redis',
      'redis-persistence',
      'redis-eviction',
      'redis-clock',
    ]);
  });

  it('fails Postgres that is not durable or gone, and a replica that is gone', async () => {
    const fast = cleanup.add(await testDatabase(), (it) => it.drop());
    expect((await look({ DATABASE_URL: fast.url })).failures.map(({ name }) => name)).toEqual([
      'postgres-durable',
    ]);
    const nobody = `postgres://app@127.0.0.1:${await unusedPort()}/x`;
    const gone = await look({ DATABASE_URL: nobody, DATABASE_READ_URL: nobody });
    expect(gone.failures.map(({ name }) => name)).toEqual([
      'postgres',
      'postgres-durable',
      'postgres-replica',
    ]);
  });

  it('fails endpoints that are away, far behind, or know no such token, and a key that is refused', async () => {
    const away = `http://127.0.0.1:${await unusedPort()}`;
    const behind = await node({ getSlot: { result: 1 } });
    const tokenless = await node({ getAccountInfo: { result: { value: null } } });
    const refusing = await node({ getSlot: { status: 401, result: null } });
    const first = good['SOLANA_RPC_ENDPOINTS']?.split(',')[0] ?? '';
    const at = ({ port }: ScriptedNode): string => `http://127.0.0.1:${port}`;
    const namesOf = async (changes: Source, differences: Partial<PreflightWorld> = {}) =>
      (await look(changes, differences)).failures.map(({ name }) => name);
    expect(await namesOf({ SOLANA_RPC_ENDPOINTS: away })).toEqual(['solana', 'token']);
    expect(await namesOf({ SOLANA_RPC_ENDPOINTS: `${first},${at(behind)}` })).toEqual(['solana']);
    expect(await namesOf({ SOLANA_RPC_ENDPOINTS: `${at(tokenless)},${first}` })).toEqual(['token']);
    expect(await namesOf({}, { heliusRpcUrl: `${at(refusing)}/` })).toEqual(['helius-key']);
  });

  it('fails an address without trust, for another name, or that was not given; warns of one that ends soon', async () => {
    const { failures } = await look({}, { authorities: null });
    expect(failures.map(({ name }) => name)).toEqual(['tls', 'webhook-address']);
    expect((await look({}, { url: foreign })).failures.map(({ name }) => name)).toEqual(['tls']);
    expect((await look({}, { url: null })).failures.map(({ name }) => name)).toEqual(['tls']);
    const { code, lines } = await look({}, { url: shortLived });
    expect(lines.find(({ name }) => name === 'tls')).toMatchObject({ word: 'warning' });
    expect(code).toBe(0);
  });

  it('fails a backup that is too old, and a key that anybody may read; warns where there is none yet', async () => {
    await rm(backups, { recursive: true });
    await mkdir(backups);
    const none = await look();
    expect(none.lines.find(({ name }) => name === 'backup')).toMatchObject({ word: 'warning' });
    await mkdir(join(backups, stamp(Date.now() - 40 * 3_600_000)));
    expect((await look()).failures).toEqual([expect.objectContaining({ name: 'backup' })]);
    await run('chmod', ['644', keyFile]);
    expect((await look()).failures[0]?.rest).toContain('everybody');
    await run('chmod', ['600', keyFile]);
  });

  it('leaves out what it is told to, and nothing that is no check', async () => {
    const { failures, lines } = await look({ BACKUP_DIR: undefined }, {}, ['backup', 'bakup']);
    expect(failures.map(({ name }) => name)).toEqual(['bakup']);
    expect(lines.at(-1)).toMatchObject({ word: 'skipped', name: 'backup' });
  });

  it('never shows a secret', async () => {
    const secrets = {
      ADMIN_SECRET: 'short',
      HELIUS_API_KEY: 'key-nobody-may-see',
      ALERT_WEBHOOK_URL: 'https://127.0.0.1:1/hidden-path',
    };
    const { text } = await look({ ...secrets, REDIS_URL: redis.url.replace(/:[^:@]+@/, ':wrong-word@') });
    for (const hidden of ['short', 'key-nobody', 'hidden-path', 'wrong-word', new URL(postgres.url).password])
      expect(text).not.toContain(hidden);
    expect(text).toContain('WRONGPASS');
  });
});

function stamp(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

async function majorOf(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ major: number }>(
    `select current_setting('server_version_num')::int / 10000 as major`,
  );
  await client.end();
  return rows[0]?.major ?? 0;
}
