import type { Completeness } from '../../src/settings/domain/settings';
import type { FoldState, RoundEnd } from '../../src/timer/domain/timer';
import { tradeKey } from '../../src/timer/domain/trade';
import type { StormyWorld } from './stormy-world';

/** What is known of a world in the end. */
export interface Account {
  /** Rounds with their ends and winners; counts where they say that they are complete. */
  readonly ends: readonly object[];
  readonly current: object;
  /** Rounds whose end was told, in order, each as often as it was. */
  readonly told: readonly number[];
  /** Signatures of recorded trades; none with completeness DEADLINE, which passes over some. */
  readonly trades: readonly string[];
  /** Trades that were told, or counted, more than once. */
  readonly twice: readonly string[];
  /** Trades of the chain that were found too late to count; none with completeness DEADLINE, which had passed over them. */
  readonly late: readonly string[];
}

/** What was read, and what is true: the fold over the whole chain and the accepted acts. */
export async function verdictOn(
  world: StormyWorld,
  completeness: Completeness,
): Promise<{ read: Account; truth: Account }> {
  const state = (await world.timers.reading(world.timer.id))?.state;
  if (state === undefined) throw new Error('no timer');
  const lab = await world.truth();
  const ends = await world.ends();
  const isFull = completeness === 'FULL';
  const complete = new Set(ends.filter((end) => end.isComplete && !end.isVoid).map(({ round }) => round));
  const isComplete = ({ round }: RoundEnd): boolean => complete.has(round) || isFull;
  const trueTrades = lab.changes.flatMap((change) => change.firstTrades.map(({ signature }) => signature));
  return {
    read: {
      ends: endsOf(ends, isComplete),
      current: currentOf(state.current, isFull),
      told: toldEnds(world),
      trades: isFull ? recordedTrades(world) : [],
      twice: toldTwice(world),
      late: isFull ? lateTrades(world) : [],
    },
    truth: {
      ends: endsOf(lab.ends, isComplete),
      current: currentOf(lab.current, isFull),
      told: lab.ends.map(({ round }) => round).toSorted((a, b) => a - b),
      trades: isFull ? trueTrades.toSorted() : [],
      twice: [],
      late: [],
    },
  };
}

function endsOf(ends: readonly RoundEnd[], withCounts: (end: RoundEnd) => boolean): readonly object[] {
  // a void end is known with its act, before the round is folded up to it
  const inOrder = [...ends].sort((a, b) => a.round - b.round);
  return inOrder.map((end) => ({
    round: end.round,
    endedAtMs: end.endedAtMs,
    isVoid: end.isVoid,
    winner: end.isVoid ? null : (end.lastTrade?.signature ?? null),
    counts: withCounts(end) && !end.isVoid ? end.counts : null,
  }));
}

function currentOf({ phase, round, deadlineMs, remainingMs, counts }: FoldState, isFull: boolean): object {
  return {
    phase,
    round,
    deadlineMs: phase === 'PAUSED' ? 0 : deadlineMs,
    remainingMs,
    counts: isFull ? counts : null,
  };
}

function toldEnds({ timers }: StormyWorld): readonly number[] {
  return timers.store.records
    .flatMap(({ events }) => events)
    .filter(({ type }) => type === 'EXPIRED')
    .map(({ round }) => round)
    .toSorted((a, b) => a - b);
}

function recordedTrades({ timers, createdMs }: StormyWorld): readonly string[] {
  const recorded = new Set<string>();
  for (const { trades, retracted } of timers.store.records) {
    for (const trade of trades) if (trade.blockTimeMs > createdMs) recorded.add(trade.signature);
    for (const trade of trades) if (retracted.includes(tradeKey(trade))) recorded.delete(trade.signature);
  }
  return [...recorded].toSorted();
}

/** A trade is told once, and once again after each time that it was taken back. */
function toldTwice({ timers }: StormyWorld): readonly string[] {
  const { records, messages } = timers.store;
  const told = new Map<string, number>();
  for (const { trades } of messages)
    for (const trade of trades) told.set(tradeKey(trade), (told.get(tradeKey(trade)) ?? 0) + 1);
  for (const { retracted } of records) for (const key of retracted) told.set(key, (told.get(key) ?? 0) - 1);
  return [...told].filter(([, times]) => times > 1).map(([key]) => key);
}

function lateTrades({ timers, chain }: StormyWorld): readonly string[] {
  return timers.store.records
    .flatMap(({ events }) => events)
    .filter(({ type }) => type === 'LATE_TRADE')
    .map(({ trade }) => trade?.signature ?? '')
    .filter((signature) => chain.rows.some((row) => row.signature === signature));
}
