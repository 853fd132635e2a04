/*
 * A disaster, for practice: makes load, takes a backup under it, destroys the data of Redis and Postgres at once,
 * restores them, and says how long that took (RTO) and what was lost (RPO). Prints one JSON object; exit code 1 where
 * something was lost that should not be, or history is not whole.
 *
 *   npm run -s drill -- [--seconds <load before the disaster, default 20>] [--trades <a second, default 5>]
 *                       [--asynchronous] [--empty-redis] [--keep]
 *
 * --asynchronous: Postgres does not wait for wal.sh, as where a commit may not depend on it. --empty-redis: Redis comes
 * back without its copy, and everything is made from Postgres and the chain.
 * Two instances stay up all the time, as they would. The demo chain is the chain. Everything is on loopback and in one
 * temporary folder, which --keep keeps. People who have to notice a disaster first are not part of the times.
 */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, chmodSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  SECRET,
  actWithoutEnd,
  followTrades,
  graphql,
  startChain,
  startInstance,
  tradeWithoutEnd,
} from './load.mjs';
import { Postgres, RedisServer, freePort, until } from './servers.mjs';

const run = promisify(execFile);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const scripts = path.join(root, 'ops/backup');
const option = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
};
const has = (name) => process.argv.includes(name);
const seconds = Number(option('--seconds', 20));
const tradesPerSecond = Number(option('--trades', 5));
const isSynchronous = !has('--asynchronous');
const compiled = path.join(root, 'dist/src');
const say = (text) => process.stderr.write(`drill: ${text}\n`);
const steps = [];

async function timed(work) {
  const startedAt = performance.now();
  const result = await work();
  return { result, ms: Math.round(performance.now() - startedAt) };
}

async function main() {
  const folder = mkdtempSync(path.join(tmpdir(), 'darwin-timer-drill-'));
  chmodSync(folder, 0o755);
  steps.push(() =>
    has('--keep') ? say(`kept ${folder}`) : rmSync(folder, { recursive: true, force: true }),
  );
  const at = (name) => path.join(folder, name);

  say('starts servers, chain and two instances');
  const postgres = new Postgres(at('postgres'), await freePort());
  steps.push(() => postgres.end('SIGQUIT'));
  await postgres.create(['wal_level = replica', 'max_wal_senders = 5', "max_slot_wal_keep_size = '2GB'"]);
  const redis = new RedisServer(at('redis'), await freePort());
  steps.push(() => redis.end('SIGKILL'));
  await redis.start();
  const backup = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    BACKUP_DIR: at('backups'),
    BACKUP_KEY_FILE: at('key'),
  };
  const scriptEnv = { ...process.env, ...backup, PATH: `${postgres.programs}:${process.env.PATH}` };
  mkdirSync(backup.BACKUP_DIR);
  writeFileSync(backup.BACKUP_KEY_FILE, randomBytes(32).toString('hex'), { mode: 0o600 });
  const follower = spawn(path.join(scripts, 'wal.sh'), {
    env: scriptEnv,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  steps.push(async () => {
    if (follower.exitCode !== null) return;
    follower.kill('SIGTERM');
    await once(follower, 'exit');
  });
  await until(async () => (await postgres.query('select 1 from pg_stat_replication'))[0], 'wal.sh follows');
  if (isSynchronous) {
    await postgres.query("alter system set synchronous_standby_names = 'darwin_timer_wal'");
    await postgres.query('select pg_reload_conf()');
    await until(
      async () => (await postgres.query("select 1 from pg_stat_replication where sync_state = 'sync'"))[0],
      'commits wait for wal.sh',
    );
  }
  const chain = await startChain(compiled, at('chain'));
  steps.push(() => chain.stop());
  const environment = {
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    SOLANA_RPC_ENDPOINTS: chain.url,
    SOLANA_POLLING_INTERVAL: '1000',
  };
  const instances = [];
  for (const name of ['one', 'two']) {
    const instance = await startInstance(compiled, at(name), { ...environment, INSTANCE_ID: name });
    steps.push(() => instance.stop());
    instances.push(instance);
  }
  const [one, two] = instances;
  const token = (await graphql(one.url, '{ timer { tokenAddress } }')).data.timer.tokenAddress;
  const made = await graphql(
    one.url,
    `mutation { createTimer(input: { id: "drill", tokenAddress: "${token}", chainReading: false, durationMs: 3600000 }) { timer { id } } }`,
    SECRET,
  );
  if (!made.data) throw new Error(JSON.stringify(made));

  say(`load: ${tradesPerSecond} trades a second and acts, ${seconds} s with a backup in the middle`);
  const beganAt = new Date();
  const halt = new AbortController();
  const viewer = followTrades(two.url);
  steps.push(() => viewer.close());
  const acts = actWithoutEnd(one.url, halt.signal);
  const trades = tradeWithoutEnd(chain, tradesPerSecond, halt.signal);
  steps.push(() => halt.abort());
  await delay((seconds * 1_000) / 2);
  const taken = await timed(async () =>
    (await run(path.join(scripts, 'backup.sh'), { env: scriptEnv })).stdout.trim(),
  );
  await delay((seconds * 1_000) / 2);

  say('disaster: both servers are killed, their data removed');
  const disasterAt = Date.now();
  const clock = performance.now();
  const since = () => Math.round(performance.now() - clock);
  postgres.child.kill('SIGKILL');
  redis.child.kill('SIGKILL');
  await Promise.all([postgres.gone, redis.gone]);
  await delay(100);
  postgres.destroyData();
  redis.destroyData();
  const seen = new Map([...viewer.told].filter(([, toldAt]) => toldAt <= disasterAt));
  const acknowledged = new Map([...acts.acknowledged].filter(([, ackedAt]) => ackedAt <= disasterAt));
  const late = acts.acknowledged.size - acknowledged.size;
  const destroyed = since();

  say('restores');
  const restore = (args) =>
    run(path.join(scripts, 'restore.sh'), [taken.result, ...args], { env: scriptEnv });
  const files = await timed(() =>
    restore(['--postgres', postgres.data, '--wal', path.join(backup.BACKUP_DIR, 'wal')]),
  );
  const replay = await timed(async () => {
    postgres.start();
    await postgres.ready();
  });
  // before Redis is there nobody writes: this is what the backup and the log have brought back
  const reasons = new Set(
    (await postgres.query("select reason from acts where timer_id = 'drill' and status = 'accepted'")).map(
      ({ reason }) => reason,
    ),
  );
  const ids = new Set(
    (await postgres.query("select signature || ':' || index as id from trades")).map(({ id }) => id),
  );
  const redisBack = await timed(async () => {
    if (!has('--empty-redis')) await restore(['--redis', redis.data]);
    await redis.start();
  });

  const healthy = await timed(() =>
    Promise.all(
      instances.map(({ url }) =>
        until(
          async () => {
            const timer = JSON.parse(await (await fetch(`${url}/api/timer?at=${Date.now()}`)).text());
            const health = JSON.parse(await (await fetch(`${url}/api/health`)).text());
            return health.status === 'healthy' && timer.stale === false;
          },
          `${url} is healthy`,
          120_000,
        ),
      ),
    ),
  );
  const healthyMs = since();
  const act = await until(async () => {
    const { data } = await graphql(
      two.url,
      'mutation { resetTimer(id: "drill", reason: "after the disaster") { timer { epoch } } }',
      SECRET,
    );
    return data?.resetTimer;
  }, 'an act is accepted');
  const actMs = since();
  const first = await chain.place();
  await until(
    async () => [...viewer.told.keys()].some((id) => id.startsWith(`${first.signature}:`)),
    'a new trade is told',
  );
  const tradeMs = since();

  say('looks whether anything is missing');
  halt.abort();
  await Promise.all([acts.ended, trades.ended]);
  const missingActs = [...acknowledged].filter(([reason]) => !reasons.has(reason));
  const missingTrades = [...seen].filter(([id]) => !ids.has(id));
  const oldest = (missing) =>
    missing.length === 0 ? 0 : disasterAt - Math.min(...missing.map(([, toldAt]) => toldAt));
  const lostTrades = await until(
    async () => {
      const now = new Set(
        (await postgres.query('select signature from trades')).map(({ signature }) => signature),
      );
      const lost = trades.placed.filter((signature) => !now.has(signature));
      return lost.length === 0 ? { none: true } : null;
    },
    'every trade of the chain is in history',
    60_000,
  ).catch((err) => ({ problem: err.message }));
  // the historian writes what the last acts have left in the stream
  await until(async () => {
    const { services } = JSON.parse(await (await fetch(`${one.url}/api/health`)).text());
    return services.history.status === 'healthy';
  }, 'history is written');
  const command = (name, args) =>
    run(process.execPath, [path.join(compiled, `app/${name}.cli.js`), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...environment, ADMIN_SECRET: SECRET },
    }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );
  // whole minutes: block times are whole seconds, and the first trades may seem older than the load
  const range = ['--from', new Date(Math.floor(beganAt.getTime() / 60_000) * 60_000).toISOString()];
  const verified = await until(async () => {
    const answer = await command('verify-history', range);
    return answer.code === 0 ? answer : null;
  }, 'verify-history finds nothing').catch(() => command('verify-history', range));

  say('makes the next backups: files of the new server, and a dump that is restored beside it');
  const again = await timed(() => run(path.join(scripts, 'backup.sh'), { env: scriptEnv }));
  const dumped = await timed(async () => {
    const env = { ...scriptEnv, BACKUP_METHOD: 'dump', BACKUP_DIR: at('dumps') };
    const { stdout } = await run(path.join(scripts, 'backup.sh'), { env });
    await postgres.query('create database restored', 'postgres');
    const url = postgres.url.replace(/darwin_timer$/, 'restored');
    await run(path.join(scripts, 'restore.sh'), [stdout.trim(), '--database', url], { env });
  });
  const count =
    'select (select count(*) from acts)::int as acts, (select count(*) from trades)::int as trades';
  const [[original], [copy]] = await Promise.all([postgres.query(count), postgres.query(count, 'restored')]);
  const isSame = original.acts === copy.acts && original.trades === copy.trades;

  const rtoMs = Math.max(healthyMs, actMs, tradeMs);
  const report = {
    takenAt: new Date().toISOString(),
    machine: { cores: cpus().length, loadAverage: loadavg().map((one) => Math.round(one * 10) / 10) },
    servers: {
      postgres: postgres.version,
      redis: (await run('redis-server', ['--version'])).stdout.split(' ').slice(0, 3).join(' '),
    },
    method: {
      isSynchronous,
      redis: has('--empty-redis') ? 'empty' : 'from its copy',
      seconds,
      tradesPerSecond,
    },
    load: {
      acknowledgedActs: acknowledged.size,
      acknowledgedLater: late,
      tradesTold: seen.size,
      tradesPlaced: trades.placed.length,
    },
    backup: {
      ms: taken.ms,
      bytes: sizeOf(taken.result),
      walBytes: sizeOf(path.join(backup.BACKUP_DIR, 'wal')),
    },
    rto: {
      ms: rtoMs,
      goalMs: 120_000,
      destroyedAfterMs: destroyed,
      postgresFilesMs: files.ms,
      postgresReplayMs: replay.ms,
      redisMs: redisBack.ms,
      untilHealthyMs: healthy.ms,
      healthyAfterMs: healthyMs,
      actAfterMs: actMs,
      tradeAfterMs: tradeMs,
    },
    rpo: {
      acknowledgedActsLost: missingActs.length,
      acknowledgedMs: oldest(missingActs),
      acknowledgedGoalMs: isSynchronous ? 0 : 1_000,
      tradesNotInPostgresAtTheDisaster: missingTrades.length,
      tradesMs: oldest(missingTrades),
      tradesGoalMs: 1_000,
      tradesReadAgain: 'none' in lostTrades,
    },
    next: { backupMs: again.ms, dumpAndRestoreMs: dumped.ms, rowsOfTheDump: copy, isSame },
    epochAfter: act.timer.epoch,
    verifyHistory: {
      code: verified.code,
      timers: verified.stdout
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    },
  };
  const { rto, rpo } = report;
  report.passed =
    rto.ms <= rto.goalMs &&
    rpo.acknowledgedMs <= rpo.acknowledgedGoalMs &&
    rpo.tradesReadAgain &&
    verified.code === 0;
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  if (verified.code !== 0) say(verified.stderr ?? '');
  return report.passed ? 0 : 1;
}

function sizeOf(folder) {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
}

async function stopAll() {
  for (const step of steps.splice(0).reverse()) await Promise.resolve(step()).catch?.(() => undefined);
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void stopAll().then(() => process.exit(130)));

main()
  .then(
    (code) => {
      process.exitCode = code;
    },
    (err) => {
      say(err.stack);
      process.exitCode = 1;
    },
  )
  .finally(stopAll);
