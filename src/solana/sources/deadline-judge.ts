import { addTrades } from '../../timer/domain/change';
import type { Log } from '../../timer/domain/change';
import { stretchAt, stretchesOf } from '../../timer/domain/stretches';
import type { Watermark } from '../../timer/domain/timer';
import type { Trade } from '../../timer/domain/trade';
import type { ChainObserver } from '../chain-observer';
import type { SignatureRow } from '../chain-reader';
import { RowChoice } from './row-choice';
import type { Batch, ListedRow, RowJudge } from './row-judge';
import type { Turn } from './timer-door';

/** How far deciding goes. */
export interface DecisionBounds {
  /** Rounds with an earlier deadline are over; -Infinity: none, rows behind a deadline stay open. */
  readonly closeBeforeMs: number;
  /** What was found above this slot decides nothing below it: the cluster may still give it up. */
  readonly upToSlot: number;
}

/** Looks decide by all that is known, and close nothing. */
export const LOOK_BOUNDS: DecisionBounds = {
  closeBeforeMs: Number.NEGATIVE_INFINITY,
  upToSlot: Number.POSITIVE_INFINITY,
};

/**
 * Judges as few rows as decide the deadline and the winner (completeness DEADLINE); the others are skipped.
 *
 * What was fetched is folded at once, as the timer will do it, and the fold says which row matters next.
 */
export class DeadlineJudge {
  constructor(
    private readonly judge: RowJudge,
    private readonly observer: ChainObserver,
  ) {}

  /** @param rows - all rows that are not judged, each once */
  async decide(
    rows: readonly ListedRow[],
    turn: Turn,
    { closeBeforeMs, upToSlot }: DecisionBounds,
  ): Promise<Batch> {
    const { memory, reading, signal } = turn;
    const found: { trades: Trade[]; judged: SignatureRow[]; pools: string[] } = {
      trades: [],
      judged: [],
      pools: [],
    };
    const putOff = new Set(
      rows
        .filter(({ row }) => !memory.isDue(row.signature, this.judge.now()))
        .map(({ row }) => row.signature),
    );
    let log: Log = upTo(reading, upToSlot);
    let left = rows;
    try {
      for (;;) {
        const choice = this.choiceOf(left, log, closeBeforeMs);
        const next = choice.next(({ signature }) => putOff.has(signature));
        if (next === null)
          return { ...found, skipped: choice.needless().map(({ row }) => row), failure: null };
        const judgement = await this.judge.judgeRow(next, memory, signal);
        if (judgement === null) putOff.add(next.row.signature);
        else {
          found.judged.push(next.row);
          found.trades.push(...judgement.trades);
          found.pools.push(...judgement.pools);
          log = addTrades(log, judgement.trades, () => false, this.observer.now()) ?? log;
          left = left.filter(({ row }) => row !== next.row);
        }
      }
    } catch (err) {
      const failure = err instanceof Error ? err : new Error('unknown', { cause: err });
      return { ...found, skipped: [], failure };
    }
  }

  private choiceOf(rows: readonly ListedRow[], log: Log, closeBeforeMs: number): RowChoice {
    const now = { watermarkSlot: log.state.watermark.slot, ms: this.observer.now() };
    return new RowChoice(stretchesOf(log, closeBeforeMs), rows, now);
  }
}

/** The log without trades above a slot. */
export function upTo({ state, tail }: Log, slot: number): Log {
  if (slot === Number.POSITIVE_INFINITY) return { state, tail };
  return { state, tail: tail.filter((entry) => entry.kind === 'act' || entry.trade.slot <= slot) };
}

/**
 * How deep rows must be listed so that what happened up to a watermark is decided without anything above it: down to the
 * last trade that counts below it, or to where nothing counts any more.
 *
 * @returns whether a row is that deep; null where every depth will do
 */
export function depthBelow(
  log: Log,
  { slot, blockTimeMs }: Watermark,
  closeBeforeMs: number,
): ((row: SignatureRow) => boolean) | null {
  const stretches = stretchesOf(upTo(log, slot), closeBeforeMs);
  const { kind, decidedSlot } = stretchAt(stretches, { blockTimeMs, slot });
  if (kind !== 'OPEN') return null;
  const { watermark, base } = log.state;
  const lowestSlot = Math.max(decidedSlot ?? 0, watermark.slot);
  return (row) => row.slot <= lowestSlot || (row.blockTimeSec ?? Infinity) * 1000 <= base.lastEndMs;
}
