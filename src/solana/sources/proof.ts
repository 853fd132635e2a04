import type { Cursor } from '../../timer/domain/timer.events';
import type { SignatureRow } from '../chain-reader';

/** Nodes index rows late and out of order: each read lists that many slots behind the cursor again. */
export const OVERLAP_SLOTS = 150;

/** Rows listed so far, page after page, and how the listing went. */
export interface Listed {
  /** Newest first, as the pages gave them. */
  readonly rows: readonly SignatureRow[];
  /** True once the node gave a page that was not full. */
  readonly isWhole: boolean;
  /** The node had reached at least this slot. */
  readonly minContextSlot: number;
}

/** Whether the list goes as far behind the anchor as is looked at. */
export function reachesOverlap(listed: Listed, anchor: Cursor): boolean {
  const oldest = listed.rows.at(-1);
  return oldest !== undefined && oldest.slot <= anchor.slot - OVERLAP_SLOTS;
}

/**
 * Whether nothing between the anchor and the newest row can be missing for want of listing.
 *
 * The list must reach the overlap's end, or hold the anchor's own row; a short page alone proves nothing, except for an
 * address that had no row at the anchor's slot, read by a node that has reached that slot.
 */
export function isProven(listed: Listed, anchor: Cursor): boolean {
  if (reachesOverlap(listed, anchor)) return true;
  if (!listed.isWhole) return false;
  if (anchor.signature === null) return listed.minContextSlot >= anchor.slot;
  return listed.rows.some((row) => row.signature === anchor.signature);
}

/** Rows in order of the chain, newest first; rows of one slot keep the order of the list. */
export function newestFirst(rows: readonly SignatureRow[]): readonly SignatureRow[] {
  return rows.toSorted((a, b) => b.slot - a.slot);
}

/** Whether a read from `anchor` looks at the row at all: what lies deeper was processed long ago. */
export function isInReach(row: SignatureRow, anchor: Cursor): boolean {
  return row.slot > anchor.slot - OVERLAP_SLOTS;
}

/**
 * Moves a cursor to the row just below the lowest one that is still open.
 *
 * @param rows - a proven list, newest first
 * @param isOpen - whether a row waits to be judged
 * @returns the same cursor where nothing above it is fully processed; it never goes back
 */
export function advance(
  cursor: Cursor,
  rows: readonly SignatureRow[],
  isOpen: (row: SignatureRow) => boolean,
): Cursor {
  const lowestOpen = rows.findLastIndex((row) => isOpen(row) && isInReach(row, cursor));
  const next = rows[lowestOpen + 1];
  if (next === undefined || next.slot < cursor.slot) return cursor;
  const present = rows.findIndex((row) => row.signature === cursor.signature);
  if (next.slot === cursor.slot && present !== -1 && present <= lowestOpen + 1) return cursor;
  return { address: cursor.address, slot: next.slot, signature: next.signature };
}
