import { addDecimals } from '../../timer/domain/decimal';
import type { RoundCounts, RoundEnd } from '../../timer/domain/timer';
import { tradeAmount, tradeKey } from '../../timer/domain/trade';
import type { FoldedTrade } from '../../timer/domain/trade';
import type { ComputedEnd } from './replay';

/** One thing in which a recorded round is not what the fold gives. */
export interface Difference {
  readonly round: number;
  readonly field: string;
  readonly recorded: unknown;
  readonly computed: unknown;
}

/**
 * Trades that were filled in long after, by round. They decide nothing; a round that became complete by them counts
 * them.
 */
export class FilledTrades {
  private readonly sums = new Map<number, Pick<RoundCounts, 'trades' | 'volume'>>();

  add(trade: FoldedTrade): void {
    if (trade.round === null) return;
    const { trades, volume } = this.sums.get(trade.round) ?? { trades: 0, volume: '0' };
    this.sums.set(trade.round, { trades: trades + 1, volume: addDecimals(volume, tradeAmount(trade)) });
  }

  /** The end with them. */
  filled(end: ComputedEnd): ComputedEnd {
    const more = this.sums.get(end.round);
    if (more === undefined) return end;
    const { trades, volume, resets } = end.counts;
    return {
      ...end,
      counts: { trades: trades + more.trades, volume: addDecimals(volume, more.volume), resets },
    };
  }
}

/**
 * Compares recorded ends with computed ones, round by round. Of rounds whose trades were not all fetched only times and
 * winner can be compared; the counts of a void round are those that were known when it was ended.
 *
 * @param recorded - recorded ends
 * @param computed - computed ends of the same rounds; either may lack some
 * @param later - what was filled in, or was not: a round may count it or not
 */
export function differences(
  recorded: readonly RoundEnd[],
  computed: readonly ComputedEnd[],
  later = new FilledTrades(),
): Difference[] {
  const computedOf = new Map(computed.map((end) => [end.round, end]));
  const recordedOf = new Map(recorded.map((end) => [end.round, end]));
  const rounds = [...new Set([...recordedOf.keys(), ...computedOf.keys()])].sort((a, b) => a - b);
  return rounds.flatMap((round) => {
    const [mine, theirs] = [recordedOf.get(round), computedOf.get(round)];
    if (mine === undefined) return [{ round, field: 'end', recorded: null, computed: theirs?.endedAtMs }];
    if (theirs === undefined) return [{ round, field: 'end', recorded: mine.endedAtMs, computed: null }];
    const found = compare(mine, theirs);
    return found.length === 0 ? [] : fewer(found, compare(mine, later.filled(theirs)));
  });
}

function fewer(a: Difference[], b: Difference[]): Difference[] {
  return b.length < a.length ? b : a;
}

function compare(recorded: RoundEnd, computed: ComputedEnd): Difference[] {
  const [mine, theirs] = [factsOf(recorded), factsOf(computed)];
  const isCounted = recorded.isComplete && !recorded.isVoid;
  const fields = isCounted ? ALL_FIELDS : recorded.isVoid ? VOID_FIELDS : END_FIELDS;
  return fields
    .filter((field) => mine[field] !== theirs[field])
    .map((field) => ({ round: recorded.round, field, recorded: mine[field], computed: theirs[field] }));
}

const VOID_FIELDS = ['startedAtMs', 'endedAtMs', 'isVoid', 'winner'] as const;
const END_FIELDS = [...VOID_FIELDS, 'lastTrade'] as const;
const ALL_FIELDS = [...END_FIELDS, 'trades', 'resets', 'volume'] as const;

function factsOf(end: ComputedEnd): Record<(typeof ALL_FIELDS)[number], unknown> {
  const { startedAtMs, endedAtMs, isVoid, winner, lastTrade, counts } = end;
  const { trades, resets, volume } = counts;
  // numerics of the database may have zeros at their end
  const sum = volume.includes('.') ? volume.replace(/\.?0+$/, '') : volume;
  return {
    ...{ startedAtMs, endedAtMs, isVoid, winner, trades, resets, volume: sum },
    lastTrade: lastTrade === null ? null : tradeKey(lastTrade),
  };
}
