import type { ChainEndpoint, ChainSource, ListQuery, SignatureRow } from '../../src/solana/chain-reader';
import type { Commitment, ReadCommitment } from '../../src/solana/domain/commitment';
import { SolanaError } from '../../src/solana/domain/solana.errors';
import { signatureOf, swapPayload } from './swap-payload';

/** Epoch seconds of slot 0. */
const GENESIS_SEC = 1_800_000_000;
const OTHER_MINT = 'So11111111111111111111111111111111111111112';
const DEPTH: Readonly<Record<Commitment, number>> = { processed: 0, confirmed: 2, finalized: 32 };

/** One transaction of the chain in memory. */
export interface MemoryRow extends SignatureRow {
  readonly address: string;
}

/** Block time of a slot, epoch seconds. */
export function blockTimeSecOf(slot: number): number {
  return GENESIS_SEC + Math.floor(slot * 0.4);
}

/** A node that can lag, fail, forget rows, and not find transactions. */
export class MemoryEndpoint implements ChainEndpoint {
  lagSlots = 0;
  isFailing = false;
  /** How long it has failed, while it does. */
  failedForMs = Number.POSITIVE_INFINITY;
  /** Rows that its lists lack. */
  readonly hidden = new Set<string>();
  /** Its lists lack half of what is no trade. */
  isThin = false;
  /** Rows listed without their block time. */
  readonly timeless = new Set<string>();
  /** Rows stand up to so many slots from their place in its lists. */
  disorderSlots = 0;
  /** Nodes of the same habit keep the same order. */
  habit: number;

  constructor(
    readonly name: string,
    private readonly chain: MemoryChain,
  ) {
    this.habit = name.charCodeAt(7);
  }

  get isUsable(): boolean {
    return !this.isFailing;
  }

  get failingForMs(): number {
    return this.isFailing ? this.failedForMs : 0;
  }

  /** Newest slot of the chain, whether it has got there or not. */
  get tip(): number {
    return this.chain.tip;
  }

  /** A transaction as the chain has it; null where it does not. */
  rowOf(signature: string): MemoryRow | null {
    return this.chain.rows.find((row) => row.signature === signature) ?? null;
  }

  /** What its list of an address holds now, newest first, as far as it keeps the order. */
  listed(address: string, commitment: Commitment): readonly MemoryRow[] {
    return this.chain.rows
      .filter((row) => row.address === address && row.slot <= this.reached(commitment))
      .filter((row) => !this.hidden.has(row.signature) && !(this.isThin && this.isForgotten(row)))
      .toSorted((a, b) => this.placeOf(b) - this.placeOf(a) || (a.signature < b.signature ? 1 : -1));
  }

  slot(commitment: Commitment): Promise<number> {
    return this.answer(() => this.reached(commitment));
  }

  firstSlot(): Promise<number> {
    return this.answer(() => 0);
  }

  blockTime(slot: number): Promise<number | null> {
    return this.answer(() => {
      if (slot > this.reached('processed')) throw new SolanaError('SOLANA_SLOT_NOT_FOUND');
      return blockTimeSecOf(slot);
    });
  }

  signatures(address: string, query: ListQuery): Promise<readonly SignatureRow[]> {
    return this.answer(() => {
      const { before, limit, commitment, minContextSlot = 0 } = query;
      if (minContextSlot > this.reached(commitment)) throw new SolanaError('SOLANA_SLOT_NOT_FOUND');
      const rows = this.listed(address, commitment);
      const from = before === undefined ? 0 : rows.findIndex(({ signature }) => signature === before) + 1;
      if (from === 0 && before !== undefined) return [];
      return rows.slice(from, from + Math.min(limit, this.chain.pageRows)).map((row) => ({
        signature: row.signature,
        slot: row.slot,
        hasFailed: row.hasFailed,
        blockTimeSec: this.timeless.has(row.signature) ? null : row.blockTimeSec,
      }));
    });
  }

  transaction(signature: string, commitment: ReadCommitment): Promise<unknown> {
    return this.answer(() => {
      const row = this.chain.rows.find((one) => one.signature === signature);
      if (row === undefined || this.chain.unavailable.has(signature)) return null;
      if (row.slot > this.reached(commitment)) return null;
      this.chain.fetched.push(signature);
      return swapPayload({ ...row, mint: this.chain.noise.has(signature) ? OTHER_MINT : this.chain.mint });
    });
  }

  blockSignatures(slot: number): Promise<readonly string[]> {
    return this.answer(() =>
      this.chain.rows.filter((row) => row.slot === slot).map(({ signature }) => signature),
    );
  }

  private isForgotten({ signature, hasFailed }: MemoryRow): boolean {
    return (hasFailed || this.chain.noise.has(signature)) && signature.charCodeAt(86) % 2 === 0;
  }

  private placeOf({ signature, slot }: MemoryRow): number {
    if (this.disorderSlots === 0) return slot;
    return slot - ((signature.charCodeAt(86) * 7 + this.habit) % (this.disorderSlots + 1));
  }

  private reached(commitment: Commitment): number {
    return this.chain.tip - this.lagSlots - DEPTH[commitment];
  }

  private answer<T>(make: () => T): Promise<T> {
    this.chain.calls += 1;
    if (this.isFailing) return Promise.reject(new SolanaError('SOLANA_RPC_FAILED', { endpoint: this.name }));
    return Promise.resolve().then(make);
  }
}

/** A chain in memory behind several endpoints, with failover but without waits. */
export class MemoryChain implements ChainSource {
  readonly rows: MemoryRow[] = [];
  /** Those whose block was given up. */
  readonly gone: MemoryRow[] = [];
  /** Signatures whose transaction is not found, on any endpoint. */
  readonly unavailable = new Set<string>();
  /** Signatures of transactions that are listed and trade nothing of the mint. */
  readonly noise = new Set<string>();
  /** Transactions that were found, in the order in which they were asked for. */
  readonly fetched: string[] = [];
  readonly endpoints: readonly MemoryEndpoint[];
  private added = 0;
  /** Requests so far. */
  calls = 0;
  /** Largest page a node gives; below 1,000 every page looks like the last one. */
  pageRows = 1_000;

  constructor(
    readonly mint: string,
    endpoints: number,
    public tip: number,
  ) {
    this.endpoints = Array.from(
      { length: endpoints },
      (_, index) => new MemoryEndpoint(`memory-${index}`, this),
    );
  }

  /** The cluster gives a transaction's block up. */
  rollBack(signature: string): void {
    const at = this.rows.findIndex((row) => row.signature === signature);
    if (at >= 0) this.gone.push(...this.rows.splice(at, 1));
  }

  /** A transaction whose block was given up gets into the present slot. */
  landAgain(signature: string): void {
    const row = this.gone.findLast((one) => one.signature === signature);
    if (row !== undefined) this.rows.push({ ...row, slot: this.tip, blockTimeSec: blockTimeSecOf(this.tip) });
  }

  /** Puts a transaction into the present slot. */
  add(address: string, hasFailed = false, slot = this.tip): MemoryRow {
    this.added += 1;
    const signature = signatureOf(this.added);
    const row = { signature, slot, hasFailed, address, blockTimeSec: blockTimeSecOf(slot) };
    this.rows.push(row);
    return row;
  }

  async withEndpoint<T>(task: (endpoint: ChainEndpoint) => Promise<T>): Promise<T> {
    let failure: unknown = new SolanaError('SOLANA_RPC_FAILED');
    for (const endpoint of this.endpoints) {
      try {
        return await task(endpoint);
      } catch (err) {
        failure = err;
      }
    }
    throw failure;
  }

  slot(commitment: Commitment): Promise<number> {
    return this.withEndpoint((endpoint) => endpoint.slot(commitment));
  }

  blockTime(slot: number): Promise<number | null> {
    return this.withEndpoint((endpoint) => endpoint.blockTime(slot));
  }

  signatures(address: string, query: ListQuery): Promise<readonly SignatureRow[]> {
    return this.withEndpoint((endpoint) => endpoint.signatures(address, query));
  }

  transaction(signature: string, commitment: ReadCommitment): Promise<unknown> {
    return this.withEndpoint((endpoint) => endpoint.transaction(signature, commitment));
  }

  blockSignatures(slot: number): Promise<readonly string[]> {
    return this.withEndpoint((endpoint) => endpoint.blockSignatures(slot));
  }
}
