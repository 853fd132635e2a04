/*
 * How far apart clients of two instances are, how far the client library is off, and how long a trade takes from the POST of a webhook to the frame at the
 * last of 1,000 subscribers, with the parts of that way told apart and a bare broadcast to as many beside it.
 *
 *   node bench/sync.mjs [--json] [--quick] [--compiled <src directory, default dist/src>] [--out <file>]
 *
 * Servers on core 0; clients, Redis, Postgres and the demo chain on core 1. Linux only.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureClients } from './sync/clients.mjs';
import { measureSpread } from './sync/spread.mjs';
import { measureWebhook } from './sync/webhook.mjs';
import { startServices, takeClientCore } from './fanout/processes.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const option = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
};
const isQuick = process.argv.includes('--quick');
const compiled = path.resolve(root, option('--compiled', 'dist/src'));

takeClientCore();
const services = await startServices(compiled);
let report;
try {
  // first, since the timer of the other servers is one that reads no chain
  process.stderr.write('webhook to frame\n');
  const webhook = await measureWebhook(services, { compiled, subscribers: 1_000, posts: isQuick ? 20 : 120 });
  process.stderr.write('two instances\n');
  const spread = await measureSpread(services, { compiled, clients: 100, seconds: isQuick ? 6 : 30 });
  process.stderr.write('client library\n');
  const clients = await measureClients(services, { compiled, clients: 25, seconds: isQuick ? 4 : 20 });
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    load: loadavg(),
  };
  const goals = {
    remainingMsApart: { value: spread.naive.maxMs, limit: 20, met: spread.naive.maxMs < 20 },
    clientOffMs: { value: clients.near.off.maxMs, limit: 50, met: clients.near.off.maxMs < 50 },
    webhookP99Ms: {
      value: webhook.total.p99Ms,
      limit: webhook.limitMs,
      met: webhook.total.p99Ms <= webhook.limitMs,
    },
  };
  report = {
    claim: 'clients agree on the time left, and hear of a trade soon',
    machine,
    isQuick,
    spread,
    clients,
    webhook,
    goals,
  };
} finally {
  await services.stop();
}
const json = JSON.stringify(report, null, 2);
if (option('--out', null) !== null) writeFileSync(option('--out', null), `${json}\n`);
if (process.argv.includes('--json')) process.stdout.write(`${json}\n`);
else {
  const { naive, synced } = report.spread;
  const { near, far } = report.clients;
  const line = (name, { p50Ms, p99Ms, maxMs }) => `${name.padEnd(34)} ${p50Ms} / ${p99Ms} / ${maxMs} ms\n`;
  process.stdout.write(
    `                                    p50 / p99 / max\n` +
      line('apart, by the last frame', naive) +
      line('apart, by the quickest frame', synced) +
      line('client library, off Redis TIME', near.off) +
      line('  as it tells at most', near.told) +
      line('client library, one way slow', far.off) +
      line('  as it tells at most', far.told) +
      line('webhook to last subscriber', report.webhook.total) +
      Object.entries(report.webhook.parts)
        .map(([name, part]) => line(`  ${name}`, part))
        .join('') +
      line('bare broadcast to as many', report.webhook.bare) +
      Object.entries(report.goals)
        .map(([name, { value, limit, met }]) => `${met ? ' ok' : 'not'}  ${name} ${value} (goal ${limit})\n`)
        .join(''),
  );
}
process.exit(0);
