import { cpus } from 'node:os';
import { HAND, playTogether, work } from './crew';
import { goalLines, goalsOf } from './goals';
import type { Played } from './goals';
import { floorOf } from './floor';
import { BESIDE, partsOf } from './part';
import { chainOf } from './profiles';
import type { ResultRow } from './row';
import { savedBy, tableOf } from './table';

/** Runs every combination, or those that are asked for, and prints them with what became of the goals. */
export function main(args: readonly string[]): void {
  if (args.includes(HAND)) {
    work();
    return;
  }
  void run(args).catch((err: unknown) => {
    process.stderr.write(`${err instanceof Error ? (err.stack ?? err.message) : String(err)}\n`);
    process.exitCode = 1;
  });
}

async function run(args: readonly string[]): Promise<void> {
  const option = (name: string): string | null =>
    args.includes(name) ? (args[args.indexOf(name) + 1] ?? null) : null;
  const [profile, mode] = [option('--profile'), option('--mode')];
  const isWhole = profile === null && mode === null;
  const startedMs = performance.now();
  const tell = ({ policy, mode: of, profile: on }: ResultRow): void => {
    if (process.stderr.isTTY) process.stderr.write(`${policy} ${of} ${on}\n`);
  };
  const all = await playTogether([...partsOf(profile, mode), ...(isWhole ? BESIDE : [])], tell);
  const common = isWhole ? all.slice(0, -BESIDE.length) : all;
  const [even, naiveOfEven, ...switchedOff] = all.slice(common.length);
  const evenNoise = even === undefined || naiveOfEven === undefined ? [] : [even, naiveOfEven];
  const played = {
    rows: common.filter(({ policy }) => policy !== 'broken'),
    broken: common.filter(({ policy }) => policy === 'broken'),
    switchedOff,
    seconds: Math.round((performance.now() - startedMs) / 100) / 10,
  };
  const goals = isWhole ? goalsOf(played) : [];
  const judged = isWhole ? ['', goalLines(goals), besideLine(evenNoise)] : [];
  const text = [tableOf(common), ...judged].join('\n');
  const isJson = args.includes('--json');
  (isJson ? process.stderr : process.stdout).write(`${text}\n${played.seconds} s\n`);
  if (isJson) process.stdout.write(`${JSON.stringify({ ...jsonOf(played), evenNoise, goals }, null, 1)}\n`);
  if (goals.some(({ isMet }) => !isMet)) process.exitCode = 1;
}

function jsonOf(played: Played): object {
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown', node: process.version };
  return { ...played, machine };
}

/** No goal, but told, with what it cannot be less than. */
function besideLine([ours, naive]: readonly ResultRow[]): string {
  if (ours === undefined) return '';
  const saved = savedBy(ours, naive) ?? 0;
  const floor = floorOf(chainOf('bursts', 'even'));
  return `told    bursts, with what is no trade spread over the day: ECONOMY saves ${saved.toFixed(2)} % (${ours.credits} credits; ${floor} are the least)`;
}
