import { swapPayload } from '../../test/support/swap-payload';
import type { ChainEndpoint, ChainSource, ListQuery, SignatureRow } from '../../src/solana/chain-reader';
import type { Commitment, ReadCommitment } from '../../src/solana/domain/commitment';
import { SolanaError } from '../../src/solana/domain/solana.errors';
import type { CreditMeter } from '../../src/solana/rpc/credit-meter';
import { blockTimeSecOf, MINT, SLOT_MS } from './profiles';
import type { ChainRow } from './profiles';
import type { VirtualClock } from './virtual-clock';

const DEPTH: Readonly<Record<Commitment, number>> = { processed: 0, confirmed: 2, finalized: 32 };
const OTHER_MINT = 'So11111111111111111111111111111111111111112';
const LATENCY_MS = 80;

/** The payload of a transaction, as `getTransaction` and a raw webhook give it. */
export function payloadOf({ signature, slot, blockTimeSec, isTrade }: ChainRow): unknown {
  return swapPayload({ signature, slot, blockTimeSec, mint: isTrade ? MINT : OTHER_MINT });
}

/** One endpoint over the day's chain: it lists late, finds some transactions later still, and counts every call. */
export class SimulatedChain implements ChainSource, ChainEndpoint {
  readonly name = 'simulated';
  readonly isUsable = true;
  readonly failingForMs = 0;
  readonly endpoints: readonly ChainEndpoint[] = [this];
  private readonly byAddress = new Map<string, ChainRow[]>();
  private readonly bySignature = new Map<string, ChainRow>();

  constructor(
    private readonly rows: readonly ChainRow[],
    private readonly clock: VirtualClock,
    private readonly meter: CreditMeter,
  ) {
    for (const row of rows) {
      this.bySignature.set(row.signature, row);
      for (const address of row.addresses) {
        const known = this.byAddress.get(address);
        if (known === undefined) this.byAddress.set(address, [row]);
        else known.push(row);
      }
    }
  }

  withEndpoint<T>(task: (endpoint: ChainEndpoint) => Promise<T>): Promise<T> {
    return task(this);
  }

  slot(commitment: Commitment): Promise<number> {
    return this.answer('getSlot', null, () => this.reached(commitment));
  }

  firstSlot(): Promise<number> {
    return this.answer('getFirstAvailableBlock', null, () => 0);
  }

  blockTime(slot: number): Promise<number | null> {
    return this.answer('getBlockTime', null, () => blockTimeSecOf(slot));
  }

  signatures(address: string, query: ListQuery): Promise<readonly SignatureRow[]> {
    return this.answer('getSignaturesForAddress', address, () => this.list(address, query));
  }

  transaction(signature: string, commitment: ReadCommitment): Promise<unknown> {
    return this.answer('getTransaction', null, () => {
      const row = this.bySignature.get(signature);
      const isFound =
        row !== undefined && row.foundAtMs <= this.clock.nowMs && row.slot <= this.reached(commitment);
      return isFound ? payloadOf(row) : null;
    });
  }

  blockSignatures(slot: number): Promise<readonly string[]> {
    return this.answer('getBlock', null, () =>
      this.rows.filter((row) => row.slot === slot).map(({ signature }) => signature),
    );
  }

  private list(
    address: string,
    { limit, before, commitment, minContextSlot = 0 }: ListQuery,
  ): readonly SignatureRow[] {
    const reached = this.reached(commitment);
    if (minContextSlot > reached) throw new SolanaError('SOLANA_SLOT_NOT_FOUND');
    const rows = this.byAddress.get(address) ?? [];
    const found: SignatureRow[] = [];
    const from = before === undefined ? undefined : this.bySignature.get(before);
    for (let at = lastUpTo(rows, from?.slot ?? reached); at >= 0 && found.length < limit; at -= 1) {
      const row = rows[at];
      if (row === undefined || row.listedAtMs > this.clock.nowMs) continue;
      if (from !== undefined && row.slot === from.slot && row.signature >= from.signature) continue;
      const { signature, slot, blockTimeSec } = row;
      found.push({ signature, slot, blockTimeSec, hasFailed: false });
    }
    return found;
  }

  private reached(commitment: Commitment): number {
    return Math.floor(this.clock.nowMs / SLOT_MS) - DEPTH[commitment];
  }

  private answer<T>(method: string, address: string | null, make: () => T): Promise<T> {
    this.meter.count({ method, endpoint: this.name, address });
    // calls that are made together are answered together
    const answeredMs = this.clock.nowMs + LATENCY_MS;
    return Promise.resolve().then(() => {
      this.clock.passTo(answeredMs);
      return make();
    });
  }
}

/** Position of the last row whose slot is at most `slot`; -1 where there is none. */
function lastUpTo(rows: readonly ChainRow[], slot: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.slot ?? Infinity) <= slot) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
