import { changeTo } from './change';
import type { Change, Log } from './change';
import type { LogEntry, WatchChange } from './timer';
import { tradeKey } from './trade';
import type { FoldedTrade } from './trade';
import { watchedByReader } from './watched';

/** Reads other addresses from now on; null where that changes nothing. */
export function learn(log: Log, watch: WatchChange, nowMs: number): Change | null {
  const watched = watchedByReader(log.state, watch);
  if (watched === null) return null;
  return changeTo(log, { state: { ...log.state, ...watched }, tail: log.tail, nowMs });
}

/**
 * Takes trades back whose block the cluster gave up: they count nowhere, and what they did is folded away.
 *
 * Only trades above the watermark can be taken back, and none while a round is closing: what is below is final.
 *
 * @param keys - trade keys
 * @returns null where none of them is in the log
 */
export function retract(log: Log, keys: readonly string[], nowMs: number): Change | null {
  const { state, tail } = log;
  if (state.closing !== null) return null;
  const isGone = (entry: LogEntry): boolean =>
    entry.kind === 'trade' && entry.trade.slot > state.watermark.slot && keys.includes(tradeKey(entry.trade));
  const retracted = tail.filter(isGone).flatMap((entry) => (entry.kind === 'trade' ? [entry.trade] : []));
  if (retracted.length === 0) return null;
  return changeTo(log, { state, tail: tail.filter((entry) => !isGone(entry)), retracted, nowMs });
}

/**
 * Slots up to `upToSlot` in which the order of trades decides who wins and is not known yet.
 *
 * Trades of one slot have one block time, so order moves no deadline; it names the winner where a round has no later
 * trade. Waiting trades may yet end a round of their own.
 */
export function decidingSlots(tail: readonly LogEntry[], upToSlot: number): readonly number[] {
  const bySlot = new Map<number, FoldedTrade[]>();
  const highest = new Map<number, number>();
  for (const entry of tail) {
    if (entry.kind !== 'trade' || entry.trade.slot > upToSlot) continue;
    const { trade } = entry;
    if (trade.round === null && !trade.isWaiting) continue;
    bySlot.set(trade.slot, [...(bySlot.get(trade.slot) ?? []), trade]);
    if (trade.round !== null)
      highest.set(trade.round, Math.max(trade.slot, highest.get(trade.round) ?? trade.slot));
  }
  return [...bySlot]
    .filter(([, trades]) => new Set(trades.map(({ signature }) => signature)).size > 1)
    .filter(([, trades]) => trades.some(({ blockIndex }) => blockIndex === null))
    .filter(([slot, trades]) => trades.some(({ round }) => round === null || highest.get(round) === slot))
    .map(([slot]) => slot);
}
