import { readBound } from '../solana/domain/backfill';
import type { Bound } from '../solana/domain/backfill';

/** What a backfill was asked for. */
export interface BackfillOrder {
  readonly from: Bound;
  /** Null: up to the end of each timer's last round. */
  readonly to: Bound | null;
  /** Null: all timers. */
  readonly timerId: string | null;
  readonly callsPerSecond: number;
  readonly isAgain: boolean;
}

const NAMES: readonly string[] = ['--from', '--to', '--timer', '--rate', '--again'];

/** How to ask. */
export const BACKFILL_USAGE = `usage: npm run backfill -- --from <time or slot> [--to <time or slot>] [--timer <id>]
                                 [--rate <calls a second, 1 to 100, default 10>] [--again]

Times are ISO 8601 with a zone, or dates in UTC. What is younger than the end of a timer's last round is left to the
reader. An interrupted backfill goes on where it was when it is asked for again with the same --from, also where --to is
later, or open and the timer has gone on.

exit codes: 0 done, 1 failed, 2 asked wrongly, 3 done but some transactions are held by no endpoint, 130 interrupted`;

/** Reads the arguments; a sentence that names what is wrong with them. */
export function readOrder(argv: readonly string[]): BackfillOrder | string {
  const values = valuesOf(argv);
  if (typeof values === 'string') return values;
  const from = readBound(values.get('--from') ?? '');
  if (from === null) return '--from must be a slot or an ISO 8601 time with a zone';
  const toText = values.get('--to');
  const to = toText === undefined ? null : readBound(toText);
  if (toText !== undefined && to === null) return '--to must be a slot or an ISO 8601 time with a zone';
  const callsPerSecond = Number(values.get('--rate') ?? 10);
  if (!(callsPerSecond >= 1 && callsPerSecond <= 100)) return '--rate must be from 1 to 100';
  return { from, to, timerId: values.get('--timer') ?? null, callsPerSecond, isAgain: values.has('--again') };
}

function valuesOf(argv: readonly string[]): ReadonlyMap<string, string> | string {
  const values = new Map<string, string>();
  const rest = [...argv];
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (!NAMES.includes(name)) return `unknown argument ${name}`;
    const value = name === '--again' ? 'true' : rest.shift();
    if (value === undefined) return `${name} needs a value`;
    values.set(name, value);
  }
  return values;
}
