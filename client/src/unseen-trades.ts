import type { TimerTrade } from './timer-state';

/** Names that are remembered; a gap that brings more than this is told from its newest end. */
const REMEMBERED = 2_000;

/** Lets each trade through once, from whichever side it comes. */
export class UnseenTrades {
  private readonly seen = new Set<string>();

  /** Of `trades` those that nobody has been told of, in chain order; they count as told then. */
  take(trades: readonly TimerTrade[]): readonly TimerTrade[] {
    const unseen = trades.filter(({ id }) => !this.seen.has(id)).sort(inChainOrder);
    for (const { id } of unseen) this.seen.add(id);
    for (const id of this.seen) {
      if (this.seen.size <= REMEMBERED) break;
      this.seen.delete(id);
    }
    return unseen;
  }
}

function inChainOrder(a: TimerTrade, b: TimerTrade): number {
  return a.slot - b.slot || a.detectedAt - b.detectedAt || a.index - b.index;
}
