/* The servers of a drill: Postgres with the programs of one version, and Redis, both as files in folders that are destroyed. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const require = createRequire(import.meta.url);
const { Redis } = require('ioredis');
const { Client } = require('pg');
const run = promisify(execFile);
const NOBODY = 65_534;
const isRoot = process.getuid() === 0;
const PASSWORD = 'password-of-the-drill';

/** A port of the loopback that nothing listens on. */
export async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}

/** Waits until `ask` gives something truthy. */
export async function until(ask, what, limitMs = 60_000) {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const answer = await ask().catch(() => null);
    if (answer) return answer;
    if (performance.now() > giveUpAt) throw new Error(`${what}: not within ${limitMs} ms`);
    await delay(20);
  }
}

/** The folder with the programs of the newest Postgres that has both a server and pg_basebackup. */
function findPrograms() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((name) => path.join(debian, name, 'bin')),
    ...process.env.PATH.split(path.delimiter),
  ];
  const found = folders.find((folder) =>
    ['postgres', 'initdb', 'pg_basebackup', 'pg_receivewal'].every((name) =>
      existsSync(path.join(folder, name)),
    ),
  );
  if (found === undefined)
    throw new Error('the drill needs a Postgres server; on Debian: apt-get install postgresql');
  return found;
}

class Server {
  child = null;

  constructor(folder, port) {
    Object.assign(this, { folder, port });
    this.data = path.join(folder, 'data');
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  }

  launch(program, args, asNobody) {
    const log = openSync(path.join(this.folder, 'server.log'), 'a');
    const identity = asNobody && isRoot ? { uid: NOBODY, gid: NOBODY } : {};
    this.child = spawn(program, args, { cwd: this.folder, stdio: ['ignore', log, log], ...identity });
    this.gone = once(this.child, 'exit');
  }

  /** Ends it by a signal; resolves when it is gone. */
  async end(signal) {
    if (this.child === null || this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    await this.gone;
  }

  /** The disk is lost. */
  destroyData() {
    rmSync(this.data, { recursive: true, force: true });
  }
}

/** A Postgres whose programs stand in one folder: pg_basebackup and the server must be of one major version. */
export class Postgres extends Server {
  constructor(folder, port) {
    super(folder, port);
    this.programs = findPrograms();
    this.version = execFileSync(path.join(this.programs, 'postgres'), ['--version'], {
      encoding: 'utf8',
    }).trim();
    this.url = `postgres://app:${PASSWORD}@127.0.0.1:${port}/darwin_timer`;
  }

  async create(settings) {
    const passwordFile = path.join(this.folder, 'password');
    writeFileSync(passwordFile, PASSWORD);
    if (isRoot) {
      execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, this.folder]);
    }
    const made = [
      '-D',
      this.data,
      '-U',
      'app',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--no-locale',
    ];
    const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
    await run(path.join(this.programs, 'initdb'), made, { cwd: this.folder, ...identity });
    writeFileSync(path.join(this.data, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
    if (isRoot) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, this.data]);
    this.start();
    await this.ready('postgres');
    await this.query('create database darwin_timer', 'postgres');
  }

  start() {
    if (isRoot) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, this.data]);
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100'];
    const args = ['-D', this.data, '-p', String(this.port), ...settings.flatMap((one) => ['-c', one])];
    this.launch(path.join(this.programs, 'postgres'), args, true);
  }

  /** Until it takes writes: a recovery is over then. */
  async ready(database = 'darwin_timer') {
    await until(async () => {
      if (this.child.exitCode !== null)
        throw new Error(readFileSync(path.join(this.folder, 'server.log'), 'utf8').slice(-2_000));
      const [row] = await this.query('select pg_is_in_recovery() as is_replaying', database);
      return row.is_replaying === false;
    }, 'Postgres takes writes');
  }

  async query(sql, database = 'darwin_timer') {
    const url = new URL(this.url);
    url.pathname = `/${database}`;
    const client = new Client({ connectionString: url.href, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** A Redis as production runs it: append-only file, noeviction. */
export class RedisServer extends Server {
  constructor(folder, port) {
    super(folder, port);
    this.url = `redis://:${PASSWORD}@127.0.0.1:${port}`;
  }

  async start() {
    mkdirSync(this.data, { recursive: true });
    const settings = {
      port: this.port,
      bind: '127.0.0.1',
      requirepass: PASSWORD,
      dir: this.data,
      appendonly: 'yes',
      appendfsync: 'everysec',
      save: '',
      'maxmemory-policy': 'noeviction',
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} ${JSON.stringify(String(value))}`);
    const file = path.join(this.folder, 'redis.conf');
    writeFileSync(file, `${lines.join('\n')}\n`);
    this.launch('redis-server', [file], false);
    const client = new Redis(this.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    client.on('error', () => undefined);
    await until(async () => (await client.ping()) === 'PONG', 'Redis answers');
    client.disconnect();
  }
}
