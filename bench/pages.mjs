/*
 * How fast the public page is there on a slow computer, whether anything moves while it counts, what it costs at rest,
 * and whether an overlay grows over many resets.
 *
 *   node bench/pages.mjs [--json] [--quick] [--overlay-only] [--resets <n, default 10000>] [--out <file>]
 *
 * Chromium's own figures: paint timing, layout shift, CPU time of its processes, its heap after a collection.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { measureOverlay } from './pages/overlay.mjs';
import { measureRest, measureView } from './pages/view.mjs';
import { option, startBrowser, startService } from './pages/service.mjs';

const isQuick = process.argv.includes('--quick');
const resets = Number(option('--resets', isQuick ? '300' : '10000'));
const goalOf = (value, limit) => ({ value, limit, met: value < limit });

const service = await startService({ CHAIN_READING_ENABLED: 'false' });
const browser = await startBrowser();
const report = { claim: 'pages are quick, calm and do not grow', isQuick, goals: {} };
try {
  await delay(1_000);
  if (!process.argv.includes('--overlay-only')) {
    process.stderr.write('first view\n');
    report.view = await measureView(browser, service.url, { runs: isQuick ? 3 : 7, slowDown: 4 });
    process.stderr.write('at rest\n');
    report.rest = await measureRest(browser, service.url, isQuick ? 6 : 30);
    Object.assign(report.goals, {
      firstViewMs: goalOf(report.view.digitsMs.median, 1_000),
      layoutShift: { value: report.rest.layoutShift, limit: 0, met: report.rest.layoutShift === 0 },
      cpuAtRestPercent: goalOf(report.rest.cpuPercent, 2),
    });
  }
  process.stderr.write(`${JSON.stringify(report.goals)}\n${resets} resets of an overlay\n`);
  report.overlay = await measureOverlay(browser, service, resets);
  report.goals.overlayGrowthKb = goalOf(report.overlay.growthKb, 256);
  report.goals.overlayNodesMore = {
    value: report.overlay.nodesMore,
    limit: 0,
    met: report.overlay.nodesMore <= 0,
  };
} finally {
  await browser.close();
  await service.stop();
}
report.machine = {
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  load: loadavg(),
};
const json = JSON.stringify(report, null, 2);
if (option('--out', null) !== null) writeFileSync(option('--out', null), `${json}\n`);
if (process.argv.includes('--json')) process.stdout.write(`${json}\n`);
else {
  for (const [name, { value, limit, met }] of Object.entries(report.goals))
    process.stdout.write(`${met ? ' ok' : 'not'}  ${name} ${value} (goal ${limit})\n`);
}
process.exit(Object.values(report.goals).every(({ met }) => met) ? 0 : 1);
