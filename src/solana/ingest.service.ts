import { Logger } from '@nestjs/common';
import { signals } from '../metrics/domain/signals';
import type { Trade, TradeSource } from '../timer/domain/trade';
import type { SignatureRow } from './chain-reader';
import type { ChainObserver } from './chain-observer';
import { poolsToLearn } from './domain/pools';
import { SolanaError } from './domain/solana.errors';
import { detectTrades } from './domain/trade';
import type { Detection } from './domain/trade';
import { readTransaction } from './domain/transaction';
import type { Transaction } from './domain/transaction';

/** How a payload came to us. */
export interface Arrival {
  readonly mint: string;
  readonly source: TradeSource;
  /** The row that named it; null for a pushed payload. */
  readonly row: SignatureRow | null;
}

/**
 * What a payload amounts to for one mint.
 *
 * `judged`: its trades are known, mostly none, and vaults whose swaps the mint's list lacks. `pending`: it cannot be placed in time yet. `insufficient`: this form of
 * the payload does not tell; the transaction must be fetched.
 */
export type Judgement =
  | { readonly kind: 'judged'; readonly trades: readonly Trade[]; readonly pools: readonly string[] }
  | { readonly kind: 'pending'; readonly reason: 'not_found' | 'no_block_time' | 'ahead_of_now' }
  | { readonly kind: 'insufficient' };

const NOTHING: Judgement = { kind: 'judged', trades: [], pools: [] };
const MALFORMED: Judgement = { ...NOTHING };

/** Turns what the chain returned into trades of a mint. Never throws: a malformed payload is logged and is no trade. */
export class IngestService {
  private readonly log = new Logger('solana');

  constructor(private readonly observer: ChainObserver) {}

  /** @param payload - of any form that `readTransaction` knows; null where the node did not find it */
  judge(payload: unknown, arrival: Arrival): Judgement {
    const judgement = this.judgePayload(payload, arrival);
    const isTrade = judgement.kind === 'judged' && judgement.trades.length > 0;
    const outcome = judgement.kind === 'judged' ? (isTrade ? 'trade' : 'no_trade') : judgement.kind;
    if (judgement !== MALFORMED) signals.judged.tell({ outcome });
    return judgement;
  }

  private judgePayload(payload: unknown, arrival: Arrival): Judgement {
    if (payload === null || payload === undefined) return { kind: 'pending', reason: 'not_found' };
    try {
      return this.judgeTransaction(readTransaction(payload), arrival);
    } catch (err) {
      const code = err instanceof SolanaError ? err.code : 'SOLANA_TRANSACTION_MALFORMED';
      const missing = err instanceof SolanaError ? err.context['missing'] : undefined;
      const { source, row } = arrival;
      this.log.warn({
        message: 'transaction not understood',
        code,
        missing,
        source,
        signature: row?.signature,
      });
      signals.judged.tell({ outcome: 'malformed' });
      return MALFORMED;
    }
  }

  /** The same for a payload that was read already. */
  judgeTransaction(transaction: Transaction, arrival: Arrival): Judgement {
    if (transaction.failed) return NOTHING;
    const detection = detectTrades(transaction, arrival.mint);
    if (detection.needsTransaction) return { kind: 'insufficient' };
    if (detection.trades.length === 0) return NOTHING;
    const { slot, blockTimeSec } = placeOf(transaction, arrival.row);
    if (blockTimeSec === null || slot === null) return { kind: 'pending', reason: 'no_block_time' };
    if (this.observer.isAhead(blockTimeSec * 1000)) return { kind: 'pending', reason: 'ahead_of_now' };
    const place = { slot, blockTimeMs: blockTimeSec * 1000, detectedAtMs: this.observer.now() };
    const trades = tradesOf(detection, transaction.signature, place, arrival);
    return { kind: 'judged', trades, pools: poolsToLearn(transaction, detection) };
  }
}

function placeOf(
  { slot, blockTimeSec }: Transaction,
  row: SignatureRow | null,
): Pick<Transaction, 'slot' | 'blockTimeSec'> {
  return { slot: slot ?? row?.slot ?? null, blockTimeSec: blockTimeSec ?? row?.blockTimeSec ?? null };
}

function tradesOf(
  detection: Detection,
  signature: string,
  place: Pick<Trade, 'slot' | 'blockTimeMs' | 'detectedAtMs'>,
  { mint, source }: Arrival,
): readonly Trade[] {
  return detection.trades.map((found) => ({
    signature,
    index: found.index,
    ...place,
    blockIndex: null,
    mint,
    side: found.side,
    amountRaw: found.amountRaw,
    decimals: found.decimals,
    trader: found.trader,
    quoteMint: found.quoteMint,
    quoteRaw: found.quoteRaw,
    quoteDecimals: found.quoteDecimals,
    program: found.program,
    source,
  }));
}
