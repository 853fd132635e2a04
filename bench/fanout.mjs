/*
 * What fan-out costs: the product's own process, a server by the documentation, and the least that Node can do, in one
 * run and in changing order, each alone on core 0; load client, publisher, Redis and Postgres share core 1.
 *
 *   node bench/fanout.mjs [--json] [--quick] [--runs <number, default 3>] [--servers stock,bare,ours]
 *                         [--part growing,ceiling,burst,stalled] [--with <file>]
 *                         [--compiled <src directory, default dist/src>] [--out <file>]
 *
 * Goals are ratios of one run, since the machine moves. A row in which a message was lost is void. Linux only.
 * The whole takes a quarter of an hour. With --part a part is measured; --with keeps what was measured in a file, so that
 * parts make one report: each part holds all servers in all runs, and a part that is measured again replaces the old one.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { burst, ceiling, growing, stalled } from './fanout/phases.mjs';
import { machineCpu, startServer, startServices, takeClientCore } from './fanout/processes.mjs';
import { Publisher } from './fanout/publisher.mjs';
import { summary, table } from './fanout/report.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const option = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
};
const isQuick = process.argv.includes('--quick');
const compiled = path.resolve(root, option('--compiled', 'dist/src'));
const runs = Number(option('--runs', isQuick ? 1 : 3));
const names = option('--servers', 'stock,bare,ours').split(',');
const parts = option('--part', 'growing,ceiling,burst,stalled').split(',');
const keptFile = option('--with', null);
const say = (text) => process.stderr.write(`${text}\n`);

const plan = isQuick
  ? {
      growing: { sizes: [1_000, 2_000], rates: [1, 5], seconds: { 1: 2, 5: 2 }, idleSeconds: 1 },
      ceiling: { subscribers: 1_000, seconds: 1.5, steps: 4, from: { stock: 12, bare: 60, ours: 60 } },
      burst: { subscribers: 500, limitMs: 8_000 },
      stalled: { operation: 'updates', perSecond: 100, warmSeconds: 2, seconds: 3 },
    }
  : {
      growing: { sizes: [1_000, 5_000, 10_000], rates: [1, 5], seconds: { 1: 6, 5: 4 }, idleSeconds: 2 },
      ceiling: { subscribers: 5_000, seconds: 3, steps: 14, from: { stock: 2, bare: 9, ours: 9 } },
      burst: { subscribers: 2_000, limitMs: 30_000 },
      stalled: { operation: 'updates', perSecond: 200, warmSeconds: 4, seconds: 10 },
    };

const phases = {
  growing: (server, tools) => growing(server, tools, plan.growing),
  ceiling: (server, tools, name) =>
    ceiling(server, tools, { ...plan.ceiling, from: plan.ceiling.from[name] }),
  burst: (server, tools) => burst(server, tools, plan.burst),
  stalled: (server, tools) => stalled(server, tools, plan.stalled),
};

/** One part of one server in a process of its own, and what else the machine did meanwhile, as a share of one core. */
async function measure(part, name, services, tools) {
  const prefix = `bench${Date.now().toString(36)}`;
  const server = await startServer(name, services, { compiled, prefix });
  try {
    const own = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6 + server.cpu();
    const [machine, mine, startedAt] = [machineCpu(), own(), performance.now()];
    const seen = await phases[part](server, tools, name);
    const seconds = (performance.now() - startedAt) / 1000;
    const elseCpuShare = (machineCpu() - machine - (own() - mine)) / seconds;
    return { server: name, part, seen, elseCpuShare };
  } finally {
    await server.stop();
  }
}

function keptResults() {
  if (keptFile === null || !existsSync(keptFile)) return [];
  const kept = JSON.parse(readFileSync(keptFile, 'utf8'));
  return kept.filter(({ part }) => !parts.includes(part));
}

takeClientCore();
// what else the machine had to do, for whoever reads the figures
const loadBefore = loadavg();
const base = process.hrtime.bigint();
const now = () => Number(process.hrtime.bigint() - base) / 1e6;
const services = await startServices(compiled);
const publisher = new Publisher(services.redis, base);
const results = keptResults();
try {
  for (const part of parts) {
    for (let run = 0; run < runs; run += 1) {
      for (let turn = 0; turn < names.length; turn += 1) {
        const name = names[(turn + run) % names.length];
        say(`${part}, run ${run + 1} of ${runs}: ${name}`);
        results.push(await measure(part, name, services, { publisher, now }));
      }
    }
  }
} finally {
  await publisher.close();
  await services.stop();
}
if (keptFile !== null) writeFileSync(keptFile, `${JSON.stringify(results)}\n`);
const machine = {
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  loadBefore,
  loadAfter: loadavg(),
};
const report = {
  claim: 'cost of telling one state to many subscribers',
  machine,
  runs,
  isQuick,
  ...summary(results),
};
const json = JSON.stringify(report, null, 2);
if (option('--out', null) !== null) writeFileSync(option('--out', null), `${json}\n`);
process.stdout.write(process.argv.includes('--json') ? `${json}\n` : `${table(report)}\n`);
