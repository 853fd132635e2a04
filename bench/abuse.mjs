/*
 * What abuse does to normal users: one process of the service, alone on core 0, with its limits on; users, and
 * abusers with less priority, on core 1 beside Redis and Postgres. Users come from addresses of their own at a fixed rate, and are measured from the
 * moment at which they wanted to ask. Each kind of abuse is one phase between calm ones.
 *
 *   node bench/abuse.mjs [--json] [--seconds <per phase, default 8>] [--out <file>]
 *
 * The claim: the p99 of users stays within twice its calm value. Linux only.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { abuses } from './abuse/abuses.mjs';
import { startUsers, summaryOf } from './abuse/users.mjs';
import { startServer, startServices, takeClientCore } from './fanout/processes.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const option = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
};
const seconds = Number(option('--seconds', 8));
const compiled = path.join(root, 'dist/src');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Begins a kind of abuse. `stop` resolves with its outcomes. */
async function startAbuse(port, kind) {
  const program = path.join(root, 'bench/abuse/abuser.mjs');
  const child = spawn('nice', ['-n', '10', process.execPath, program, String(port), kind], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  await once(child.stdout, 'data');
  return async () => {
    child.stdin.end();
    await once(child, 'exit');
    return JSON.parse(text.split('\n')[1]);
  };
}

/** Users for one phase, with or without abuse beside them. */
async function phase(server, name, isAbuse) {
  const stopAbuse = isAbuse ? await startAbuse(server.port, name) : () => ({});
  const users = startUsers(server.port);
  const cpuBefore = server.cpu();
  await pause(seconds * 1000);
  const cpu = (server.cpu() - cpuBefore) / seconds;
  const asked = await users.stop();
  const abused = await stopAbuse();
  await pause(500);
  const row = { phase: name, ...summaryOf(asked), serverCpu: Number(cpu.toFixed(2)), abused };
  process.stderr.write(`${JSON.stringify(row)}\n`);
  return row;
}

takeClientCore();
const loadBefore = loadavg();
const services = await startServices(compiled);
const rows = [];
try {
  const server = await startServer('ours', services, {
    compiled,
    prefix: `abuse${Date.now().toString(36)}`,
    environment: { NODE_ENV: 'test', RATE_LIMITING_ENABLED: 'true', TRUST_PROXY: '1' },
  });
  try {
    await phase(server, 'warm-up', false);
    rows.push(await phase(server, 'calm', false));
    for (const name of Object.keys(abuses)) rows.push(await phase(server, name, true));
    rows.push(await phase(server, 'calm again', false));
  } finally {
    await server.stop();
  }
} finally {
  await services.stop();
}
const calm = Math.max(...rows.filter((row) => row.phase.startsWith('calm')).map((row) => row.p99Ms));
const judged = rows.map((row) => ({ ...row, timesCalm: Number((row.p99Ms / calm).toFixed(2)) }));
const isMet = judged.every((row) => row.failed === 0 && row.timesCalm <= 2);
const report = {
  claim: 'the p99 of normal users during abuse is at most twice its calm value, and none of them is refused',
  machine: {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    loadBefore,
    loadAfter: loadavg(),
  },
  seconds,
  calmP99Ms: calm,
  isMet,
  rows: judged,
};
const json = JSON.stringify(report, null, 2);
if (option('--out', null) !== null) writeFileSync(option('--out', null), `${json}\n`);
if (process.argv.includes('--json')) process.stdout.write(`${json}\n`);
else {
  console.table(
    judged.map(({ phase: name, asked, failed, p50Ms, p99Ms, timesCalm, serverCpu, abused }) => ({
      phase: name,
      asked,
      failed,
      p50Ms,
      p99Ms,
      timesCalm,
      serverCpu,
      abused: JSON.stringify(abused),
    })),
  );
  process.stdout.write(`${isMet ? 'met' : 'NOT met'}: ${report.claim}\n`);
}
process.exit(isMet ? 0 : 1);
