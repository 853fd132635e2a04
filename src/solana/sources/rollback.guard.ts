import { tradeKey } from '../../timer/domain/trade';
import type { FoldedTrade } from '../../timer/domain/trade';
import type { Cursor } from '../../timer/domain/timer.events';
import type { ReadingState } from '../../timer/timer.service';
import type { ChainSource, SignatureRow } from '../chain-reader';
import { OVERLAP_SLOTS } from './proof';
import { refusedBy, watchedAddresses } from './timer-door';
import type { Refused, TimerDoor, Turn } from './timer-door';

/** What proven lists of all addresses showed together. */
export interface Shown {
  readonly rows: readonly SignatureRow[];
  /** Rows of higher slots are among `rows` where their own list shows them at all. */
  readonly aboveSlot: number;
  /** Highest slot that the lists can show. */
  readonly upToSlot: number;
  /** What lists show up to this slot is final. */
  readonly finalSlot: number;
}

/** What became of looking for trades that were given up. */
export type Cleared = Refused | { readonly tag: 'retracted' };

/** A block is final 32 slots later; a row that is listed when the chain is twice as far will stay. */
export const FINAL_AFTER_SLOTS = 64;

/**
 * Takes back trades whose block the cluster has given up. Lists lack rows for many reasons: a trade is taken back only
 * once the chain has gone 150 slots past it and no endpoint has it finalized, or a final list shows it elsewhere.
 */
export class RollbackGuard {
  constructor(
    private readonly chain: ChainSource,
    private readonly timers: TimerDoor,
  ) {}

  /** Keeps which trades of the log lists do not show any more, which they show again, and which are final. */
  watch(shown: Shown, { reading, memory }: Pick<Turn, 'reading' | 'memory'>): void {
    const slots = slotsOf(shown.rows);
    const trades = unsettledTrades(reading);
    memory.keepFinal([...trades, reading.state.current.lastTrade].flatMap((trade) => trade?.signature ?? []));
    for (const { signature, slot } of trades) {
      if (slots.get(signature) === slot) {
        memory.suspects.delete(signature);
        if (slot <= shown.finalSlot) memory.final.add(signature);
      } else if (memory.final.has(signature)) memory.suspects.delete(signature);
      else if (slot > shown.aboveSlot && slot <= shown.upToSlot) memory.suspects.set(signature, slot);
    }
  }

  /** Trades that final lists show in another slot than the one they were judged in. */
  moved(finalRows: readonly SignatureRow[], reading: ReadingState): readonly FoldedTrade[] {
    const slots = slotsOf(finalRows);
    return unsettledTrades(reading).filter(({ signature, slot }) => (slots.get(signature) ?? slot) !== slot);
  }

  /** Takes back what is given up for certain. @returns null where nothing was */
  async clear(turn: Turn, reachedSlot: number): Promise<Cleared | null> {
    const { memory, reading, signal } = turn;
    const present = new Map(unsettledTrades(reading).map((trade) => [trade.signature, trade]));
    const gone: FoldedTrade[] = [];
    for (const [signature, slot] of memory.suspects) {
      const trade = present.get(signature);
      if (trade === undefined) memory.suspects.delete(signature);
      else if (slot + OVERLAP_SLOTS <= reachedSlot) {
        memory.suspects.delete(signature);
        if (await this.isFinalIn(slot, signature, signal)) memory.final.add(signature);
        else gone.push(trade);
      }
    }
    return (await this.takeBack(gone, turn)) ?? (gone.length > 0 ? { tag: 'retracted' } : null);
  }

  /** Whether every trade up to `slot` that lists lack is final all the same. */
  async areExplained({ memory, signal }: Turn, slot: number): Promise<boolean> {
    for (const [signature, at] of memory.suspects) {
      if (at > slot) continue;
      if (!(await this.isFinalIn(at, signature, signal))) return false;
      memory.final.add(signature);
      memory.suspects.delete(signature);
    }
    return true;
  }

  /** Whether any endpoint has the transaction finalized. @throws SolanaError while one that is usable does not answer */
  async isFinal(signature: string, signal: AbortSignal): Promise<boolean> {
    return (await this.finalPayload(signature, signal)) !== null;
  }

  /** The same, and in that slot: after a fork it may have landed in another one, with another block time. */
  private async isFinalIn(slot: number, signature: string, signal: AbortSignal): Promise<boolean> {
    const payload = await this.finalPayload(signature, signal);
    if (typeof payload !== 'object' || payload === null) return false;
    const landed: unknown = Reflect.get(payload, 'slot');
    return typeof landed !== 'number' || landed === slot;
  }

  private async finalPayload(signature: string, signal: AbortSignal): Promise<unknown> {
    const first = await this.chain.transaction(signature, 'finalized', signal);
    if (first !== null) return first;
    for (const endpoint of this.chain.endpoints.filter(({ isUsable }) => isUsable)) {
      const other = await endpoint.transaction(signature, 'finalized', signal);
      if (other !== null) return other;
    }
    return null;
  }

  /**
   * What is taken back may have landed elsewhere, by less than the overlap away, and what was behind the cursors there
   * counts as read: they go back. With completeness DEADLINE rows were skipped for its sake: all of them are read again.
   */
  async takeBack(trades: readonly FoldedTrade[], turn: Turn): Promise<Refused | null> {
    if (trades.length === 0) return null;
    const { reading, memory, fencingToken } = turn;
    const { id, watermark } = reading.state;
    const signatures = trades.map(({ signature }) => signature);
    const siblings = unsettledTrades(reading).filter(({ signature }) => signatures.includes(signature));
    const isFull = turn.completeness === 'FULL';
    const lowestSlot = Math.min(...trades.map(({ slot }) => slot));
    const cursors = cursorsBackTo(isFull ? Math.max(watermark.slot, lowestSlot) : watermark.slot, reading);
    const outcome = await this.timers.retract(id, siblings.map(tradeKey), cursors, fencingToken);
    memory.forgetJudged(isFull ? signatures : undefined);
    for (const cursor of cursors) memory.restartFrom(cursor);
    return refusedBy(outcome);
  }
}

/** Trades of the log that may still be given up by the cluster. */
function unsettledTrades({ state, tail }: ReadingState): readonly FoldedTrade[] {
  return tail.flatMap((entry) =>
    entry.kind === 'trade' && entry.trade.slot > state.watermark.slot ? [entry.trade] : [],
  );
}

function slotsOf(rows: readonly SignatureRow[]): ReadonlyMap<string, number> {
  return new Map(rows.map(({ signature, slot }) => [signature, slot]));
}

function cursorsBackTo(slot: number, { state, cursors }: ReadingState): readonly Cursor[] {
  return watchedAddresses(state).flatMap((address) => {
    const cursor = cursors.find((one) => one.address === address);
    return cursor === undefined || cursor.slot <= slot ? [] : [{ address, slot, signature: null }];
  });
}
