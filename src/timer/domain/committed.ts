import type { TimerEvent } from './timer.events';
import type { TimerState } from './timer';
import type { FoldedTrade } from './trade';

/** What a commit did, as it is measured. */
export interface CommittedFacts {
  readonly timerId: string;
  readonly resets: readonly { readonly source: string | null; readonly side: string | null }[];
  readonly trades: readonly {
    readonly source: string;
    readonly foundAfterSec: number;
    readonly appliedAfterSec: number;
  }[];
}

/** The facts of one commit: moves of the deadline, and how old its new trades were. */
export function committedOf(
  { id, lastCommitMs }: Pick<TimerState, 'id' | 'lastCommitMs'>,
  events: readonly TimerEvent[],
  firstTrades: readonly FoldedTrade[],
): CommittedFacts {
  const moves = events.filter(({ type }) => type === 'RESET' || type === 'EXTENDED');
  return {
    timerId: id,
    resets: moves.map(({ trade }) => ({ source: trade?.source ?? null, side: trade?.side ?? null })),
    trades: firstTrades.map(({ source, blockTimeMs, detectedAtMs }) => ({
      source,
      foundAfterSec: Math.max(0, detectedAtMs - blockTimeMs) / 1000,
      appliedAfterSec: Math.max(0, lastCommitMs - detectedAtMs) / 1000,
    })),
  };
}
