/*
 * How many pushed transactions a second go the whole way: received over HTTP, kept in Redis, judged by the leader,
 * committed by the script, streamed, written to Postgres.
 *
 *   node bench/ingest.mjs [--rate <transactions a second, default 2200>] [--warm-up 80] [--seconds 60] [--sizes 1,10]
 *                         [--compiled <src directory, default dist/src>] [--out <file>] [--quick] [--broken historian|leak]
 *
 * The built service runs alone in one process with all roles, with a Redis and a Postgres of its own; the generator is
 * another process, pinned to core 1 where taskset exists. It is the node too: what it sends is listed, so that the
 * service sweeps the list, proves it and settles while pushes come, as in production. Prints one JSON object, and fails
 * where a goal is missed; what waits and memory are judged after the warm-up. `--broken` leaves the historian out, or loads
 * a leak into the service: then the verdict must say so.
 */
import { execFileSync, fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MEDIAN_BYTES } from './ingest/bodies.mjs';
import { backlogVerdict, goalsOf, medianOf, memoryVerdict, most } from './ingest/verdict.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const option = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
};
const isQuick = process.argv.includes('--quick');
const compiled = path.resolve(root, option('--compiled', 'dist/src'));
const rate = Number(option('--rate', 2_200));
const seconds = Number(option('--seconds', isQuick ? 10 : 60));
const warmUp = Number(option('--warm-up', isQuick ? 5 : 80));
const broken = option('--broken', 'nothing');
if (!['nothing', 'historian', 'leak'].includes(broken)) throw new Error(`--broken ${broken} is not known`);
const sizes = option('--sizes', '1,10').split(',').map(Number);
const say = (text) => process.stderr.write(`${text}\n`);
const require = createRequire(import.meta.url);
const { Redis } = require('ioredis');
const { Client } = require('pg');

const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const PER_SECOND = 2_000;
const SECRET = 'secret-of-the-measurement';
const PREFIX = 'darwin-timer';
const TICKS_PER_SECOND = 100;
const silent = { info() {}, warn() {}, error() {}, debug() {} };

/** Starts the built service and waits for its page. */
async function startService(folder, environment) {
  const flags = option('--node-flags', '').split(' ').filter(Boolean);
  if (broken === 'leak') flags.push('--require', path.join(root, 'bench/ingest/leak.cjs'));
  const child = spawn(process.execPath, [...flags, path.join(compiled, 'main.js')], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      PORT: '0',
      ADMIN_SECRET: SECRET,
      LOG_LEVEL: 'error',
      ...environment,
    },
  });
  const url = await new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
      const found = /Page\s+(http:\/\/[\d.]+:\d+)\//.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(text)));
  });
  return { child, url };
}

async function graphql(url, query) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` };
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const { data, errors } = await answer.json();
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

function usageOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    cpuSec: (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND,
    rssMb: Math.round(Number(rss) / 1024),
  };
}

async function backlogOf(redis) {
  const events = `${PREFIX}:{global}:events`;
  const groups = await redis.xinfo('GROUPS', events).catch(() => []);
  const facts = new Map();
  for (let at = 0; at + 1 < (groups[0]?.length ?? 0); at += 2) facts.set(groups[0][at], groups[0][at + 1]);
  return {
    inbox: await redis.xlen(`${PREFIX}:{webhook}:inbox`),
    // without a group nobody has read anything
    stream:
      groups.length === 0
        ? await redis.xlen(events)
        : Number(facts.get('lag') ?? 0) + Number(facts.get('pending') ?? 0),
    tail: await redis.hlen(`${PREFIX}:{global}:tail`),
  };
}

/** Entries that the stream of events has ever been given. */
async function addedTo(redis) {
  const facts = await redis.xinfo('STREAM', `${PREFIX}:{global}:events`);
  return Number(facts[facts.indexOf('entries-added') + 1]);
}

/** The first look has put the mint's cursor down. */
async function untilRead(redis) {
  while ((await redis.hlen(`${PREFIX}:{global}:cursors`)) === 0) await delay(100);
}

async function tradesIn(postgres) {
  // by whatever source: a look that has waited long enough for the inbox fetches for itself
  const { rows } = await postgres.query('select count(*)::int as n from trades where index = 0');
  return rows[0].n;
}

/** Sends for a while and watches every second. */
async function measure(size, servers) {
  const folder = mkdtempSync(path.join(tmpdir(), 'ingest-'));
  const redis = new Redis(servers.redisUrl);
  const postgres = new Client({ connectionString: servers.databaseUrl });
  const generator = fork(path.join(root, 'bench/ingest/generator.mjs'));
  try {
    execFileSync('taskset', ['-a', '-p', '-c', '1', String(generator.pid)], { stdio: 'ignore' });
  } catch {
    say('the generator could not be pinned to a core');
  }
  const told = new Promise((resolve) => generator.once('message', resolve));
  generator.send({ compiled, mint: MINT, size });
  const node = await told;
  const service = await startService(folder, {
    REDIS_URL: servers.redisUrl,
    DATABASE_URL: servers.databaseUrl,
    SOLANA_RPC_ENDPOINTS: node.url,
    TOKEN_ADDRESS: MINT,
    HELIUS_WEBHOOK_SECRET: SECRET,
    RATE_LIMITING_ENABLED: 'false',
    ...(broken === 'historian' ? { ROLES: 'api,watcher' } : {}),
  });
  try {
    await postgres.connect();
    await untilRead(redis);
    const { hostname, port } = new URL(service.url);
    const target = { host: hostname, port: Number(port), secret: SECRET };
    const before = usageOf(service.child.pid);
    const loadBefore = loadavg()[0];
    const startedAt = performance.now();
    const addedBefore = await addedTo(redis);
    generator.send({ target, perSecond: rate, seconds: warmUp + seconds });
    const samples = [];
    let end = null;
    generator.on('message', (message) => {
      if (message.end) end = message;
      else samples.push(message);
    });
    const watched = [];
    while (end === null) {
      await delay(1_000);
      const row = {
        second: watched.length + 1,
        ...(await backlogOf(redis)),
        ...usageOf(service.child.pid),
        trades: await tradesIn(postgres),
      };
      watched.push(row);
      const { sent, refused, p99 } = samples.at(-1) ?? {};
      say(`${size}: ${JSON.stringify({ ...row, sent, refused, p99 })}`);
    }
    const expected = Math.ceil(end.sent / 2);
    const giveUpAt = performance.now() + (broken === 'historian' ? 1_000 : 60_000);
    let trades = 0;
    while (trades < expected && performance.now() < giveUpAt) {
      await delay(50);
      trades = await tradesIn(postgres);
    }
    const wholeSec = (performance.now() - startedAt) / 1000;
    const after = usageOf(service.child.pid);
    const added = await addedTo(redis);
    const data = await graphql(service.url, '{ timer { waitingTrades lastTrade { signature } } }');
    const judged = watched.slice(warmUp);
    const sentSec = end.elapsedMs / 1000;
    const columnOf = (field) => judged.map((row) => row[field]);
    return {
      transactionsPerBody: size,
      offeredPerSecond: rate,
      warmUpSec: warmUp,
      seconds,
      sent: end.sent,
      refused: end.refused,
      sentPerSecond: Math.round(end.sent / (end.elapsedMs / 1000)),
      tradesExpected: expected,
      tradesInPostgres: trades,
      /** From the first body sent to the last trade in Postgres. */
      wholePerSecond: Math.round(end.sent / wholeSec),
      drainSec: Math.round((wholeSec - end.elapsedMs / 1000) * 100) / 100,
      answerMs: {
        p50: medianOf(samples.map(({ p50 }) => p50)),
        p99Median: medianOf(samples.map(({ p99 }) => p99)),
        p99Worst: Math.max(...samples.map(({ p99 }) => p99)),
      },
      backlog: {
        inboxBodies: backlogVerdict(columnOf('inbox'), end.sent / size / sentSec),
        streamEntries: backlogVerdict(columnOf('stream'), (added - addedBefore) / sentSec),
      },
      tailEntriesMost: most(columnOf('tail')),
      memory: {
        startMb: before.rssMb,
        warmMb: judged[0]?.rssMb,
        endMb: judged.at(-1)?.rssMb,
        mostMb: most(columnOf('rssMb')),
        ...memoryVerdict(columnOf('rssMb')),
      },
      serviceCpuCores: Math.round(((after.cpuSec - before.cpuSec) / wholeSec) * 100) / 100,
      serviceCpuMsPerTransaction: Math.round(((after.cpuSec - before.cpuSec) / end.sent) * 1e6) / 1000,
      loadAverage: { before: Math.round(loadBefore * 10) / 10, after: Math.round(loadavg()[0] * 10) / 10 },
      rpcCalls: end.calls,
      lastTradeSeen: data.timer.lastTrade !== null,
    };
  } finally {
    generator.disconnect();
    redis.disconnect();
    await postgres.end();
    const gone = new Promise((resolve) => service.child.once('exit', resolve));
    service.child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withServers(work) {
  const folder = mkdtempSync(path.join(tmpdir(), 'ingest-servers-'));
  const load = (name) => require(path.join(compiled, 'platform/embedded', name));
  const redis = await load('redis-server').startEmbeddedRedis({
    folder: path.join(folder, 'redis'),
    log: silent,
  });
  const postgres = await load('postgres-server').startEmbeddedPostgres({
    folder: path.join(folder, 'postgres'),
    log: silent,
  });
  try {
    return await work({ redisUrl: redis.url, databaseUrl: postgres.url });
  } finally {
    await redis.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const rows = [];
for (const size of sizes) rows.push(await withServers((servers) => measure(size, servers)));
const report = {
  claim: 'pushed transactions a second through receive, judge, script, stream and Postgres',
  goal: {
    perSecond: PER_SECOND,
    backlog:
      'grows in a minute by what comes in within a second at most, and never holds what comes in within three',
    memory: 'grows in a minute by a tenth at most',
  },
  broken,
  method: {
    bodyBytesPerTransaction: MEDIAN_BYTES,
    tradesShare: 0.5,
    service: 'one process with all roles, not pinned; Redis and Postgres of its own beside it',
    generator: 'own process on core 1, 32 keep-alive connections, open loop',
    chainReading: 'on: the generator lists what it sends, as a node would',
  },
  machine: {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
  },
  rows: rows.map((row) => ({ ...row, goals: goalsOf(row, PER_SECOND) })),
  isMet: rows.every((row) => Object.values(goalsOf(row, PER_SECOND)).every(Boolean)),
};
const text = `${JSON.stringify(report, null, 2)}\n`;
const out = option('--out', null);
if (out !== null) writeFileSync(path.resolve(root, out), text);
process.stdout.write(text);
process.exitCode = report.isMet || isQuick ? 0 : 1;
