import { stretchAt } from '../../timer/domain/stretches';
import type { Stretch } from '../../timer/domain/stretches';
import type { Unfetched } from '../../timer/domain/timer';
import type { SignatureRow } from '../chain-reader';
import type { ListedRow } from './row-judge';

/** What can be said of a row without fetching it. */
type Verdict = 'needed' | 'needless' | 'open';

/** Rows that are to be fetched to decide deadlines and winners, one after the other, and those that are not. */
export class RowChoice {
  /** @param rows - rows that are not judged, in any order */
  constructor(
    private readonly stretches: readonly Stretch[],
    private readonly rows: readonly ListedRow[],
    private readonly now: { readonly watermarkSlot: number; readonly ms: number },
  ) {}

  /**
   * The row to fetch next: the newest that may be the last to count where a round runs, the oldest that may open one
   * where none does; null where nothing more is to be fetched.
   *
   * @param isPutOff - rows that cannot be judged yet
   */
  next(isPutOff: (row: SignatureRow) => boolean): ListedRow | null {
    const wanted = this.rows.filter(({ row }) => !isPutOff(row) && this.verdictOn(row) === 'needed');
    const timeless = wanted.find(({ row }) => row.blockTimeSec === null);
    if (timeless !== undefined) return timeless;
    for (const stretch of this.stretches) {
      const inside = wanted.filter(({ row }) => this.stretchOf(row) === stretch).toSorted(byChainOrder);
      const chosen = stretch.kind === 'OPEN' ? inside.at(-1) : inside[0];
      if (chosen !== undefined) return chosen;
    }
    return null;
  }

  /** Rows that decide nothing, whatever they hold. */
  needless(): readonly ListedRow[] {
    return this.rows.filter(({ row }) => this.verdictOn(row) === 'needless');
  }

  private verdictOn(row: SignatureRow): Verdict {
    if (row.slot <= this.now.watermarkSlot) return 'needless';
    const stretch = this.stretchOf(row);
    if (stretch === null) return 'needed';
    switch (stretch.kind) {
      case 'OPEN':
        // trades of one slot are ordered by their place in the block, which no list tells
        return stretch.decidedSlot === null || row.slot >= stretch.decidedSlot ? 'needed' : 'needless';
      case 'BETWEEN':
        return 'needed';
      case 'IDLE':
        // an act may still come before a block whose time lies ahead of the clock
        return (row.blockTimeSec ?? 0) * 1000 < this.now.ms ? 'needless' : 'open';
      case 'LATER':
        return 'open';
    }
  }

  private stretchOf({ blockTimeSec, slot }: SignatureRow): Stretch | null {
    return blockTimeSec === null
      ? null
      : stretchAt(this.stretches, { blockTimeMs: blockTimeSec * 1000, slot });
  }
}

/** What rows that are passed over amount to; null where there are none. */
export function unfetchedOf(rows: readonly SignatureRow[]): Unfetched | null {
  const times = rows.map(({ blockTimeSec }) => (blockTimeSec ?? 0) * 1000);
  if (times.length === 0) return null;
  return {
    count: times.length,
    firstMs: times.reduce((a, b) => Math.min(a, b)),
    lastMs: times.reduce((a, b) => Math.max(a, b)),
  };
}

function byChainOrder(a: ListedRow, b: ListedRow): number {
  return (a.row.blockTimeSec ?? 0) - (b.row.blockTimeSec ?? 0) || a.row.slot - b.row.slot;
}
