/** Length of a slot in milliseconds of real time. */
export const SLOT_MS = 400;

/** Moment of slot 0 in epoch ms; chosen so that slot numbers have the size of mainnet's. */
export const GENESIS_MS = 1_584_368_940_000;

/** One slot of each group of this many is skipped: it has no block. */
const GROUP = 20;

/** Slot that runs at `atMs` (epoch ms); never negative. */
export function slotAt(atMs: number): number {
  return Math.max(0, Math.floor((atMs - GENESIS_MS) / SLOT_MS));
}

/** Block time of a slot in whole epoch seconds; it never falls from slot to slot. */
export function blockTimeSecOf(slot: number): number {
  return Math.floor((GENESIS_MS + slot * SLOT_MS) / 1000);
}

/** True where the slot has no block. The same slots are skipped in every run, never two in a row. */
export function isSkipped(slot: number): boolean {
  return slot % GROUP === skippedOffset(Math.floor(slot / GROUP));
}

/** Highest slot at or below `slot` that has a block. */
export function producedAtOrBelow(slot: number): number {
  return isSkipped(slot) ? producedAtOrBelow(slot - 1) : slot;
}

/** Lowest slot at or above `slot` that has a block. */
export function producedAtOrAbove(slot: number): number {
  return isSkipped(slot) ? producedAtOrAbove(slot + 1) : slot;
}

/** Number of blocks below the one of `slot`, which must have a block. */
export function blockHeightOf(slot: number): number {
  const group = Math.floor(slot / GROUP);
  const offset = slot % GROUP;
  return group * (GROUP - 1) + offset - (offset > skippedOffset(group) ? 1 : 0);
}

/** Never 0: so skipped slots are never neighbours, and each second holds at least one block. */
function skippedOffset(group: number): number {
  const mixed = Math.imul(group ^ (group >>> 15), 0x2c1b3c6d) >>> 0;
  return 1 + (mixed % (GROUP - 1));
}
