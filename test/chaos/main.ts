import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { campaign } from './campaign';
import { check } from './checker';
import { planOf } from './plan';

const USAGE = `usage: npm run -s chaos -- [--minutes <n, default 5>] [--seed <n>] [--instances <n, default 3>]
                            [--within <ms, default 1000>] [--out <file>] [--history <file>]

Breaks a whole service of its own at random, as the seed says, and decides whether what everybody saw can be explained.
--within: how long a viewer may differ from the shared state once calm has returned.

exit codes: 0 all can be explained, 1 something cannot, 2 asked wrongly or the campaign itself failed`;

/** Runs a campaign and prints its verdict. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const option = (name: string, fallback: string): string =>
    args.includes(name) ? (args[args.indexOf(name) + 1] ?? '') : fallback;
  const minutes = Number(option('--minutes', '5'));
  const seed = Number(option('--seed', String(Math.floor(Math.random() * 2 ** 31))));
  const [instances, withinMs] = [Number(option('--instances', '3')), Number(option('--within', '1000'))];
  if (!(minutes > 0 && Number.isInteger(seed) && instances >= 1 && instances <= 9 && withinMs > 0)) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  const beganMs = performance.now();
  const plan = planOf(seed, minutes * 60_000);
  const { history, crashes, problems, figures } = await campaign({ plan, instances, withinMs, tell });
  const { isExplained, findings } = await check(history);
  const faults = Object.values(plan.faults).flat();
  const verdict = {
    ...{ seed, minutes, instances, withinMs, isExplained: isExplained && crashes.length === 0 },
    ...{ findings, crashes, problems: problems.slice(0, 20), ...figures },
    faults: countsOf(faults.map(({ kind }) => kind)),
    seconds: Math.round((performance.now() - beganMs) / 1_000),
    machine: { cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown', node: process.version },
  };
  const text = `${JSON.stringify(verdict, null, 2)}\n`;
  if (option('--out', '') !== '') writeFileSync(option('--out', ''), text);
  if (option('--history', '') !== '') writeFileSync(option('--history', ''), JSON.stringify(history, plain));
  process.stdout.write(text);
  return verdict.isExplained ? 0 : 1;
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Maps and sets as lists; of a watcher what it saw. */
function plain(key: string, value: unknown): unknown {
  if (key === 'client' || key === 'silence') return undefined;
  return value instanceof Map || value instanceof Set ? [...value.values()] : value;
}
