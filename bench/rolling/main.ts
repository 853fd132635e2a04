import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../test/support/eventually';
import { Scene } from './scene';
import { behind, checksOf } from './verdict';
import type { Check, Ending } from './verdict';

const INSTANCES = 3;
/** The whole run; a machine that needs more is too busy to show anything. */
const LIMIT_MS = 8 * 60_000;
const NEWEST_WITHIN_MS = 60_000;

/** What was found: whether all was well, each check, and figures beside them. */
type Verdict = Readonly<Record<string, unknown>> & {
  readonly isMet: boolean;
  readonly checks: readonly Check[];
};

/** Runs it and prints the verdict. */
export function main(args: readonly string[]): void {
  const option = (name: string, fallback: string): string =>
    args.includes(name) ? (args[args.indexOf(name) + 1] ?? fallback) : fallback;
  const limit = setTimeout(() => {
    process.stderr.write('not done in time\n');
    process.exit(1);
  }, LIMIT_MS);
  run(Number(option('--subscribers', '3000')))
    .then((verdict) => {
      const text = JSON.stringify(verdict, null, 2);
      const file = option('--out', '');
      if (file !== '') writeFileSync(file, `${text}\n`);
      process.stdout.write(`${text}\n`);
      process.exitCode = verdict.isMet ? 0 : 1;
    })
    .catch((err: unknown) => {
      process.stderr.write(`${err instanceof Error ? (err.stack ?? err.message) : String(err)}\n`);
      process.exitCode = 1;
    })
    .finally(() => clearTimeout(limit));
}

async function run(subscribers: number): Promise<Verdict> {
  const startedAt = performance.now();
  const scene = await Scene.start();
  try {
    tell(`three instances run; ${subscribers} subscribers connect`);
    await scene.connect(subscribers);
    scene.trade();
    scene.requests.begin();
    await delay(3_000);
    const endings: Ending[] = [];
    for (let count = 0; count < INSTANCES; count += 1) {
      const ending = await scene.replaceOldest();
      endings.push(ending);
      tell(`instance ${count + 1} ended with ${ending.exitCode ?? 'a signal'} after ${ending.tookMs} ms`);
    }
    const checks = await settle(scene, endings);
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    return {
      isMet: checks.every(({ isMet }) => isMet),
      checks,
      ...figures(scene, endings),
      seconds,
      ...{ machine: { cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown', node: process.version } },
    };
  } finally {
    await scene.close();
  }
}

/** Lets everything arrive, then looks at it. */
async function settle(scene: Scene, endings: readonly Ending[]): Promise<Check[]> {
  await scene.quiet();
  await scene.requests.end();
  const select =
    "select signature || ':' || index as id, count(*)::int as times from trades group by signature, index";
  const trades = await eventually(
    () => scene.world.query<{ id: string; times: number }>(select),
    (rows) => rows.length >= scene.placed.length,
    NEWEST_WITHIN_MS,
  );
  const newest = await scene.serving.timer();
  const late = await eventually(
    () => behind(scene, newest),
    (count) => count === 0,
    NEWEST_WITHIN_MS,
  ).catch(() => behind(scene, newest));
  // rounds by the clock that are not over yet, so that those who came back are still told by their sockets
  await eventually(
    () => scene.readers.filter(({ ends }) => ends.size < scene.timerIds.length).length,
    (count) => count === 0,
    NEWEST_WITHIN_MS,
  ).catch(() => undefined);
  await Promise.all(scene.readers.map((reader) => reader.settled()));
  await eventually(
    () => scene.library.filter(({ trades: told }) => told.length < trades.length).length,
    (count) => count === 0,
    NEWEST_WITHIN_MS,
  ).catch(() => undefined);
  const isNewest = { name: 'subscribers that do not show the newest state', isMet: late === 0, found: late };
  return [isNewest, ...checksOf(scene, endings, trades)];
}

function figures(scene: Scene, endings: readonly Ending[]): object {
  const { connections, readers, viewers, library, requests, placed } = scene;
  return {
    subscribers: viewers.length + readers.length + library.length,
    readers: readers.length,
    libraryClients: library.length,
    endings,
    trades: placed.length,
    byCursorAlone: readers.reduce((sum, { byCursor }) => sum + byCursor, 0),
    returns: connections.returns.length,
    mostReturnsInASecond: mostInASecond(connections.returns),
    awayMs: distribution(connections.awayMs),
    libraryAwayMs: distribution(scene.libraryAwayMs),
    requests: { asked: requests.asked, failures: requests.failures.slice(0, 10) },
  };
}

function distribution(values: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): number => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function mostInASecond(moments: readonly number[]): number {
  const sorted = [...moments].sort((a, b) => a - b);
  let [most, from] = [0, 0];
  sorted.forEach((moment, to) => {
    while (moment - (sorted[from] ?? moment) > 1_000) from += 1;
    most = Math.max(most, to - from + 1);
  });
  return most;
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
