import { DAY_MS, DURATION_MS, POOLS, START_MS } from './profiles';
import type { ChainRow } from './profiles';
import { truthOf } from './truth';

/** While no round is open ECONOMY looks so often. */
const LOOK_MS = 300_000;
const ADDRESSES = 1 + POOLS.length;

/**
 * The fewest credits that any reader of the lists can need for a day in ECONOMY with completeness DEADLINE, at a credit
 * for a call: while no round is open every transaction must be fetched, since any may open one, and so must each one
 * between a round's last trade and its end, since any may be later; only what lies between a round's first and last trade
 * decides nothing. Beside that the lists are read as often as DESIGN.md says, and once for each end.
 */
export function floorOf(rows: readonly ChainRow[]): number {
  const { ends } = truthOf(rows, START_MS + DAY_MS + 3_600_000);
  const spans = ends
    .filter(({ lastTrade }) => lastTrade !== null)
    .map(({ startedAtMs, endedAtMs }) => ({
      firstMs: startedAtMs,
      lastMs: endedAtMs - DURATION_MS,
      endedAtMs,
    }));
  const undecided = rows.filter(({ blockTimeSec }) => {
    const ms = blockTimeSec * 1000;
    return !spans.some(({ firstMs, lastMs }) => ms > firstMs && ms < lastMs);
  });
  const openMs = ends.reduce((sum, { startedAtMs, endedAtMs }) => sum + endedAtMs - startedAtMs, 0);
  const looks = Math.floor((DAY_MS - openMs) / LOOK_MS) + ends.length;
  return undecided.length + looks * ADDRESSES;
}
