import { useEffect, useState } from 'preact/hooks';
import type { TimerClient } from '../../client/src/timer-client';
import type { TimerState } from '../../client/src/timer-state';
import { ask } from '../graphql/ask';
import { LastTradesDocument, RoundsDocument } from './operations.generated';
import type { LastTradesQuery, RoundsQuery } from './operations.generated';

/** A trade as the list shows it. */
export type ShownTrade = LastTradesQuery['trades']['nodes'][number];
/** A round as the list shows it. */
export type ShownRound = RoundsQuery['rounds']['nodes'][number];

/** What the page knows of the past. */
export interface Feed {
  /** Newest first; null until they were read. */
  readonly trades: readonly ShownTrade[] | null;
  readonly rounds: readonly ShownRound[] | null;
  /** Rises with each trade that is told. */
  readonly told: number;
}

const TRADES = 10;
const ROUNDS = 6;
/** The history is written a moment after it is told. */
const HISTORY_LAG_MS = 1_500;

/** The last trades, live, and the last rounds. */
export function useFeed(client: TimerClient | null, state: TimerState | null): Feed {
  const [trades, setTrades] = useState<readonly ShownTrade[] | null>(null);
  const [rounds, setRounds] = useState<readonly ShownRound[] | null>(null);
  const [told, setTold] = useState(0);
  const timerId = client?.timerId;
  useEffect(
    () =>
      client?.onTrade((trade) => {
        setTrades((known) => merge(known, [trade]));
        setTold((count) => count + 1);
      }),
    [client],
  );
  // what waited may count now, a round may have ended, and a connection that came back has missed something
  const isKnown = state !== null;
  const moment = `${state?.round ?? ''} ${state?.status ?? ''} ${state?.epoch ?? ''}`;
  useEffect(() => {
    if (timerId === undefined || !isKnown) return undefined;
    const read = (): void => {
      void ask(LastTradesDocument, { timerId, first: TRADES }).then(
        ({ trades: { nodes } }) => setTrades((known) => merge(known, nodes)),
        () => setTrades((known) => known ?? []),
      );
      void ask(RoundsDocument, { timerId, first: ROUNDS }).then(
        ({ rounds: { nodes } }) => setRounds(nodes),
        () => setRounds((known) => known ?? []),
      );
    };
    read();
    const again = setTimeout(read, HISTORY_LAG_MS);
    return () => clearTimeout(again);
  }, [timerId, isKnown, moment]);
  return { trades, rounds, told };
}

/** Newest first, each once; what comes later knows better. */
export function merge(
  known: readonly ShownTrade[] | null,
  found: readonly ShownTrade[],
): readonly ShownTrade[] {
  const all = new Map([...(known ?? []), ...found].map((trade) => [trade.id, trade]));
  return [...all.values()].sort((a, b) => b.blockTime - a.blockTime).slice(0, TRADES);
}
