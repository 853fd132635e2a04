import type { RoundEnd } from '../../src/timer/domain/timer';
import type { Completeness } from '../../src/settings/domain/settings';
import type { ResultRow } from './row';
import type { Truth } from './truth';

/** What a policy has told of the day. */
export interface Told {
  readonly completeness: Completeness;
  readonly ends: readonly RoundEnd[];
  /** Keys of trades that were recorded. */
  readonly recorded: ReadonlySet<string>;
  /** Trades that moved the deadline, with the round they were told to do it in. */
  readonly resets: readonly { readonly key: string; readonly round: number }[];
}

/**
 * What was told, held against the fold over the whole chain.
 *
 * missed: rounds that did not end as they should, and with completeness FULL counting trades that were not recorded.
 * falseEndings: ends that were told and are not the chain's: another round, time, winner or, with FULL, number of trades.
 */
export function verdictOf(
  truth: Truth,
  { completeness, ends, recorded, resets }: Told,
): Pick<ResultRow, 'missed' | 'falseEndings' | 'phantomResets'> {
  const isFull = completeness === 'FULL';
  // the winner is the trader of the last trade
  const markOf = ({ round, endedAtMs, lastTrade, counts }: RoundEnd): string =>
    [round, endedAtMs, lastTrade?.signature, isFull ? counts.trades : ''].join(' ');
  const [due, told] = [truth.ends.map(markOf), ends.map(markOf)];
  const unrecorded = isFull ? [...truth.rounds.keys()].filter((key) => !recorded.has(key)) : [];
  return {
    missed: unrecorded.length + due.filter((mark) => !told.includes(mark)).length,
    falseEndings: told.filter((mark, at) => !due.includes(mark) || told.indexOf(mark) < at).length,
    phantomResets: resets.filter(({ key, round }) => truth.rounds.get(key) !== round).length,
  };
}
