import type { Commitment } from './commitment';
import { SLOTS_BEHIND } from './commitment';
import type { Faults } from './faults';
import { NO_FAULTS } from './faults';
import type { RpcTransaction } from './read-rpc-transaction';
import { invalidParams, minContextSlotNotReached, RpcRefusal } from './rpc-refusal';
import type { ListQuery } from './signature-list';
import { listSignatures, reordered } from './signature-list';
import { blockTimeSecOf, producedAtOrBelow, slotAt } from './slots';

/** A transaction in its slot. */
export interface ChainTransaction {
  readonly signature: string;
  readonly slot: number;
  readonly listedAtSlot: number;
  readonly addresses: ReadonlySet<string>;
  readonly content: RpcTransaction;
}

/** A row as `getSignaturesForAddress` lists it. */
export interface SignatureRow {
  readonly signature: string;
  readonly slot: number;
  readonly err: unknown;
  readonly memo: null;
  readonly blockTime: number;
  readonly confirmationStatus: 'confirmed' | 'finalized';
}

/** What a list is asked for; `minContextSlot` is the slot the node must have reached at the commitment. */
export interface SignatureQuery extends ListQuery {
  readonly commitment: Commitment;
  readonly minContextSlot?: number;
}

/** Slots (12 minutes) below the newest transaction that are kept … */
const KEPT_SLOTS = 1800;
/** … and never fewer transactions than this, however old. */
const KEPT_TRANSACTIONS = 200;

/**
 * A chain whose slots follow the clock, seen through one node.
 *
 * It keeps about twelve minutes of transactions. It has no I/O: the clock is given and time passes only by it.
 */
export class Chain {
  /** How the node misbehaves at present. */
  faults: Faults = NO_FAULTS;
  #rows: ChainTransaction[] = [];
  #newestSlot: number;
  #firstSlot: number;

  /**
   * @param now - clock in epoch ms; where it steps back the slots stand still until it has caught up
   * @param from - slots of an earlier run: the chain neither falls below `newestSlot` nor knows blocks below `firstSlot`
   */
  constructor(
    private readonly now: () => number,
    from: { readonly newestSlot: number; readonly firstSlot: number } = { newestSlot: 0, firstSlot: 0 },
  ) {
    this.#newestSlot = from.newestSlot;
    this.#firstSlot = from.firstSlot;
  }

  /** Newest slot of the chain itself, whatever its node sees. */
  get newestSlot(): number {
    this.#newestSlot = Math.max(this.#newestSlot, slotAt(this.now()));
    return this.#newestSlot;
  }

  /** Lowest slot whose transactions are still held. */
  get firstSlot(): number {
    return this.#firstSlot;
  }

  /** Newest slot the node has seen. */
  get seenSlot(): number {
    const seen = Math.max(0, this.newestSlot - this.faults.lagSlots);
    return this.faults.holdSlot === null ? seen : Math.min(seen, this.faults.holdSlot);
  }

  /** All transactions held, in chain order, whatever the node sees. */
  get transactions(): readonly ChainTransaction[] {
    return this.#rows;
  }

  /** Highest slot with a block at the commitment, as the node sees it. */
  slot(commitment: Commitment): number {
    return producedAtOrBelow(Math.max(0, this.seenSlot - SLOTS_BEHIND[commitment]));
  }

  /** True where the chain holds the signature, whatever its node knows. */
  has(signature: string): boolean {
    return this.#rows.some((row) => row.signature === signature);
  }

  /** Adds a transaction behind those of its slot, and lets go of what has become too old. The slot must have a block. */
  add(added: ChainTransaction): void {
    const place = this.#rows.findLastIndex((row) => row.slot <= added.slot) + 1;
    this.#rows.splice(place, 0, added);
    const oldestKept = (this.#rows.at(-1) ?? added).slot - KEPT_SLOTS;
    const kept = this.#rows.filter(
      (row, index) => row.slot >= oldestKept || index >= this.#rows.length - KEPT_TRANSACTIONS,
    );
    const dropped = this.#rows.at(this.#rows.length - kept.length - 1);
    if (kept.length < this.#rows.length && dropped !== undefined) this.#firstSlot = dropped.slot + 1;
    this.#rows = kept.filter((row) => row.slot >= this.#firstSlot);
  }

  /**
   * Rows of an address, newest first, at a commitment of confirmed or finalized.
   *
   * @returns a refusal: −32602 for processed, −32016 where the node is below `minContextSlot`
   */
  signaturesFor(address: string, query: SignatureQuery): SignatureRow[] | RpcRefusal {
    const height = this.contextSlot(query.commitment, query.minContextSlot);
    if (height instanceof RpcRefusal) return height;
    const listed = listSignatures(this.known(height), this.seenSlot, address, query);
    const finalized = this.slot('finalized');
    const rows = listed.map((row) => toSignatureRow(row, finalized));
    return this.faults.reorderRows ? reordered(rows) : rows;
  }

  /** The transaction; null where it is unknown, or not yet at the commitment (−32602 for processed). */
  transaction(signature: string, commitment: Commitment): ChainTransaction | null | RpcRefusal {
    const height = this.contextSlot(commitment);
    if (height instanceof RpcRefusal) return height;
    if (this.faults.nullTransactions.includes(signature)) return null;
    return this.known(height).find((row) => row.signature === signature) ?? null;
  }

  /** Transactions of one slot in their order, as the node knows them. */
  transactionsOf(slot: number): ChainTransaction[] {
    return this.known(slot).filter((row) => row.slot === slot);
  }

  /** Slot of the node at a commitment that histories can be read at (not processed), if it reached `minContextSlot`. */
  contextSlot(commitment: Commitment, minContextSlot = 0): number | RpcRefusal {
    if (commitment === 'processed')
      return invalidParams('Method does not support commitment below `confirmed`');
    const height = this.slot(commitment);
    return height < minContextSlot ? minContextSlotNotReached(height) : height;
  }

  private known(height: number): ChainTransaction[] {
    const forgotten = new Set(this.faults.forgetSignatures);
    return this.#rows.filter((row) => row.slot <= height && !forgotten.has(row.signature));
  }
}

function toSignatureRow(row: ChainTransaction, finalizedSlot: number): SignatureRow {
  return {
    signature: row.signature,
    slot: row.slot,
    err: row.content.err,
    memo: null,
    blockTime: blockTimeSecOf(row.slot),
    confirmationStatus: row.slot <= finalizedSlot ? 'finalized' : 'confirmed',
  };
}
