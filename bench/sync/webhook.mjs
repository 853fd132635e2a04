/*
 * From the POST of a webhook to the frame at the last subscriber, on one machine's clock. MONITOR of Redis tells when the
 * body was kept, when the commit began and when it published; the server's own diagnostics channel tells when its group
 * heard of it and when the text was made; the load client tells when the last frame came.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Crowd } from '../fanout/load-client.mjs';
import { crowdOf } from '../fanout/phases.mjs';
import { startServer } from '../fanout/processes.mjs';
import { Publisher } from '../fanout/publisher.mjs';
import { distribution } from './numbers.mjs';

/** The token of the default timer, which an earlier server of this run may have made already. */
const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const SECRET = 'secret-of-the-measurement';
const QUERY =
  'subscription { timerUpdated { epoch revision deadline serverTime lastTrade { signature slot } } }';
const EVERY_MS = 350;
const wallMs = () => performance.timeOrigin + performance.now();

async function startChain(compiled) {
  const folder = mkdtempSync(path.join(tmpdir(), 'sync-'));
  const child = spawn(
    process.execPath,
    [path.join(compiled, 'demo/main.js'), '--silent', '--data-dir', folder, '--mint', MINT],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const { url, mint } = await new Promise((resolve) =>
    child.stdout.once('data', (line) => resolve(JSON.parse(line))),
  );
  return {
    url,
    mint,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Notes when Redis saw what, in wall-clock ms. */
function monitor(redis, prefix) {
  const seen = { kept: 0, commit: 0, published: 0 };
  const socket = connect({ host: redis.host, port: redis.port });
  socket.write(
    `*3\r\n$4\r\nAUTH\r\n$${redis.username.length}\r\n${redis.username}\r\n$${redis.password.length}\r\n${redis.password}\r\n`,
  );
  socket.write('*1\r\n$7\r\nMONITOR\r\n');
  let rest = '';
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\r\n');
    rest = lines.pop();
    for (const line of lines) {
      const atMs = Number(line.slice(1, 18)) * 1000;
      if (line.includes(`"${prefix}:{webhook}:inbox"`) && /"xadd"/i.test(line)) seen.kept = atMs;
      else if (line.includes(`"${prefix}:{global}:state"`) && /\] "evalsha"/i.test(line)) seen.commit = atMs;
      else if (line.includes(`"${prefix}:{global}:changes"`) && /"publish"/i.test(line))
        seen.published = atMs;
    }
  });
  return { seen, stop: () => socket.destroy() };
}

/** One post: the moments of its way, wall-clock ms; null where it did not become the newest state. */
async function post(server, { chain, crowd, seen, entries, toRpcTransaction }) {
  const placing = await fetch(new URL('/demo/transactions', chain.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"counting":true}',
  });
  const { entry, signature, slot, blockTime } = await placing.json();
  const place = { signature, slot, blockTimeSec: blockTime, mint: chain.mint };
  const found = entries.find(({ name }) => name === entry);
  const body = JSON.stringify([toRpcTransaction(found, place)]);
  Object.assign(seen, { kept: 0, commit: 0, published: 0 });
  const postedAt = wallMs();
  const answer = await fetch(`http://127.0.0.1:${server.port}/api/webhook/helius`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: SECRET },
    body,
  });
  await answer.text();
  const answeredAt = wallMs();
  if (answer.status !== 200) throw new Error(`the webhook was answered ${answer.status}`);
  const giveUpAt = performance.now() + 5_000;
  while (crowd.newest < slot || crowd.current < crowd.subscribers.length) {
    if (performance.now() > giveUpAt) return null;
    await delay(2);
  }
  return {
    postedAt,
    answeredAt,
    ...seen,
    last: crowd.lastHeardAt,
  };
}

async function bareOf(services, { compiled, subscribers, posts }) {
  const base = process.hrtime.bigint();
  const now = () => Number(process.hrtime.bigint() - base) / 1e6;
  const publisher = new Publisher(services.redis, base);
  const server = await startServer('bare', services, { compiled, prefix: 'bare' });
  const crowd = crowdOf(server, 'updates', { publisher, now });
  await crowd.grow(subscribers);
  const times = [];
  for (let count = 0; count < posts; count += 1) {
    const { last } = await publisher.run({ server, operation: 'updates', count: 1, everyMs: 0 });
    while (crowd.newest < last || crowd.current < subscribers) await delay(2);
    times.push(crowd.lastHeardAt - publisher.sentAt(last));
    await delay(EVERY_MS);
  }
  await crowd.close();
  await server.stop();
  await publisher.close();
  return distribution(times);
}

/** Adds to each way what the server noted of it: the first that its group heard and made after the publication. */
function withMoments(ways, file) {
  const noted = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([step, atMs]) => ({ step, atMs: Number(atMs) }));
  const first = (step, { postedAt, last }) =>
    noted.find((moment) => moment.step === step && moment.atMs > postedAt && moment.atMs < last)?.atMs ?? 0;
  return ways.map((way) => ({ ...way, heardAt: first('heard', way), madeAt: first('made', way) }));
}

function partsOf(ways) {
  // MONITOR may tell of a moment only after the frame is there
  const whole = ways.filter((way) => Object.values(way).every((at) => at > 0));
  const part = (from, to) => distribution(whole.map((way) => way[to] - way[from]));
  return {
    receive: part('postedAt', 'kept'),
    judge: part('kept', 'commit'),
    script: part('commit', 'published'),
    pubsub: part('published', 'heardAt'),
    serialise: part('heardAt', 'madeAt'),
    write: part('madeAt', 'last'),
    answer: part('postedAt', 'answeredAt'),
  };
}

/** The whole way and its parts, over many posts. */
export async function measureWebhook(services, { compiled, subscribers, posts }) {
  const require = createRequire(import.meta.url);
  const { readTape } = require(path.join(compiled, 'demo/read-tape'));
  const { toRpcTransaction } = require(path.join(compiled, 'demo/tape'));
  const prefix = `hook${Date.now().toString(36)}`;
  const chain = await startChain(compiled);
  const folder = mkdtempSync(path.join(tmpdir(), 'moments-'));
  const moments = path.join(folder, 'moments');
  const server = await startServer('ours', services, {
    compiled,
    prefix,
    environment: {
      CHAIN_READING_ENABLED: 'true',
      SOLANA_RPC_ENDPOINTS: chain.url,
      SOLANA_POLLING_INTERVAL: '30000',
      HELIUS_WEBHOOK_SECRET: SECRET,
      NODE_OPTIONS: `--import=${new URL('moments.mjs', import.meta.url).href}`,
      FAN_OUT_MOMENTS: moments,
    },
  });
  const crowd = new Crowd({
    port: server.port,
    query: QUERY,
    marker: '"slot":',
    sentAt: () => 0,
    now: wallMs,
    joinsWithState: true,
    firstNumber: 1,
  });
  await crowd.grow(subscribers);
  const { seen, stop } = monitor(services.redis, prefix);
  await delay(3_000);
  const ways = [];
  const tools = { chain, crowd, seen, entries: readTape(), toRpcTransaction };
  for (let count = 0; count < posts + 3; count += 1) {
    const way = await post(server, tools);
    // the first ones meet cold code
    if (way !== null && count >= 3) ways.push(way);
    await delay(EVERY_MS);
  }
  stop();
  await crowd.close();
  await server.stop();
  await chain.stop();
  const parts = partsOf(withMoments(ways, moments));
  rmSync(folder, { recursive: true, force: true });
  const bare = await bareOf(services, { compiled, subscribers, posts });
  const total = distribution(ways.map(({ postedAt, last }) => last - postedAt));
  const limitMs = Number((bare.p99Ms * 1.5 + 15).toFixed(1));
  return { subscribers, posts, measured: ways.length, total, parts, bare, limitMs };
}
