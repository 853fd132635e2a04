import type { Chain } from './chain';
import {
  blockTimeSecOf,
  GENESIS_MS,
  isSkipped,
  producedAtOrAbove,
  producedAtOrBelow,
  SLOT_MS,
} from './slots';

/** Where a transaction is to be placed; without either, in the newest slot. */
export interface Place {
  readonly slot?: number;
  /** Whole epoch seconds; the last block with this time is taken. */
  readonly blockTimeSec?: number;
}

/** Slots (10 minutes) back and (1 minute) ahead where a transaction may be placed. */
const BACK_SLOTS = 1500;
const AHEAD_SLOTS = 150;

/** The slot of a place, or a sentence why there is none. */
export function slotOfPlace(chain: Chain, place: Place): number | string {
  const newest = chain.newestSlot;
  const slot =
    place.slot ??
    (place.blockTimeSec === undefined ? producedAtOrAbove(newest) : lastSlotOf(place.blockTimeSec));
  if (isSkipped(slot))
    return `slot ${String(slot)} is skipped: it has no block; ${String(producedAtOrBelow(slot))} has one`;
  const lowest = Math.max(newest - BACK_SLOTS, chain.firstSlot);
  if (slot < lowest || slot > newest + AHEAD_SLOTS) {
    const [from, to] = [lowest, newest + AHEAD_SLOTS];
    return `the place is outside slots ${String(from)} to ${String(to)}, block times ${String(blockTimeSecOf(from))} to ${String(blockTimeSecOf(to))}`;
  }
  return slot;
}

function lastSlotOf(blockTimeSec: number): number {
  return producedAtOrBelow(Math.ceil(((blockTimeSec + 1) * 1000 - GENESIS_MS) / SLOT_MS) - 1);
}
