/*
 * Processes of a measurement: a Redis and a Postgres of its own beside the load client, and the server that is measured
 * alone on core 0. Linux only: cores are given by taskset, costs are read from /proc.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const TICKS_PER_SECOND = 100;
const PRIORITY = -10;
const silent = { info() {}, warn() {}, error() {}, debug() {} };

/** Programs of the servers that can be measured. */
const programs = (compiled) => ({
  stock: [path.join(here, 'stock-server.mjs')],
  bare: [path.join(here, 'bare-server.mjs')],
  ours: [path.join(compiled, 'main.js')],
});

/** Seconds of all processors that were used by anything. */
export function machineCpu() {
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'latin1')
    .split('\n', 1)[0]
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}

/** Puts this process, and what it starts, on core 1, where it may before what else the machine has to do. */
export function takeClientCore() {
  execFileSync('taskset', ['-a', '-p', '-c', '1', String(process.pid)]);
  try {
    setPriority(process.pid, PRIORITY);
  } catch {
    // only root may
  }
}

/** Redis and Postgres for a whole run. */
export async function startServices(compiled) {
  const require = createRequire(import.meta.url);
  const folder = mkdtempSync(path.join(tmpdir(), 'fanout-'));
  // Postgres runs as another user, who has to get to its data
  chmodSync(folder, 0o755);
  const load = (name) => require(path.join(compiled, 'platform/embedded', name));
  const redis = await load('redis-server').startEmbeddedRedis({
    folder: path.join(folder, 'redis'),
    log: silent,
  });
  const postgres = await load('postgres-server').startEmbeddedPostgres({
    folder: path.join(folder, 'postgres'),
    log: silent,
  });
  const { hostname, port, username, password } = new URL(redis.url);
  const stop = async () => {
    await redis.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  // a run that is broken off leaves no server behind
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }
  return {
    redisUrl: redis.url,
    redis: { host: hostname, port: Number(port), username: username || 'default', password },
    databaseUrl: postgres.url,
    stop,
  };
}

/** One server under measurement, on core 0. */
export async function startServer(name, services, { compiled, prefix, environment = {} }) {
  const [command, ...rest] = ['taskset', '-c', '0', process.execPath, ...programs(compiled)[name]];
  const child = spawn(command, rest, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: '0',
      REDIS_URL: services.redisUrl,
      DATABASE_URL: services.databaseUrl,
      REDIS_KEY_PREFIX: prefix,
      ADMIN_SECRET: 'secret-of-the-measurement',
      RATE_LIMITING_ENABLED: 'false',
      CHAIN_READING_ENABLED: 'false',
      LOG_LEVEL: 'error',
      ...environment,
    },
  });
  let text = '';
  const port = await new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      text += chunk;
      const found = /ready (\d+)|Page\s+http:\/\/[\d.]+:(\d+)\//.exec(text);
      if (found !== null) resolve(Number(found[1] ?? found[2]));
    });
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${text}`)));
  });
  // Postgres remembers the timer of the process before, whose Redis keys had another prefix: each start is a recovery
  const { epoch } =
    name === 'ours' ? await (await fetch(`http://127.0.0.1:${port}/api/timer`)).json() : { epoch: 1 };
  return {
    name,
    port,
    prefix,
    epoch,
    /** Seconds of the processor it has used. */
    cpu() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1')
        .replace(/^.*\) /, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    /** Resident memory, KiB. */
    rss() {
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'latin1'))[1]);
    },
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}
