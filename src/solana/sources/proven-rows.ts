import type { Cursor } from '../../timer/domain/timer.events';
import type { SignatureRow } from '../chain-reader';
import { isInReach } from './proof';
import type { ListedRow } from './row-judge';
import type { Turn } from './timer-door';

/** What was listed of one address for a settling. */
export interface AddressProof {
  readonly anchor: Cursor;
  /** Completeness DEADLINE: rows are looked at up to one that is this deep; null: up to the overlap's end. */
  readonly isDeepEnough: ((row: SignatureRow) => boolean) | null;
  readonly rows: readonly SignatureRow[];
}

/**
 * Rows up to a slot that must be judged before everything up to it is settled, the oldest first, each once.
 *
 * With completeness DEADLINE those are among them that were passed over for the sake of something later.
 */
export function openRows(
  slot: number,
  proofs: readonly AddressProof[],
  { memory, completeness }: Pick<Turn, 'memory' | 'completeness'>,
): readonly ListedRow[] {
  const isDone = (row: SignatureRow): boolean =>
    completeness === 'FULL' ? memory.isJudged(row) : memory.isFetched(row);
  const open = new Map<string, ListedRow>();
  for (const { anchor, isDeepEnough, rows } of proofs) {
    const { address } = anchor;
    for (const row of memory.pendingOf(address)) {
      if (row.slot <= slot) open.set(row.signature, { address, row });
    }
    for (const row of rows) {
      const isFar = !isInReach(row, anchor) && (isDeepEnough?.(row) ?? true);
      if (!row.hasFailed && !isDone(row) && !isFar) open.set(row.signature, { address, row });
    }
  }
  return [...open.values()].toSorted((a, b) => a.row.slot - b.row.slot);
}
