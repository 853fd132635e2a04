import { compareDecimals, decimalOf } from './decimal';

/** Which way the trader exchanged the token. */
export type TradeSide = 'BUY' | 'SELL';

/** How a trade came to our attention first; it decides nothing. */
export type TradeSource = 'POLLING' | 'WEBHOOK' | 'WEBSOCKET' | 'BACKFILL';

/**
 * One judged trade of a mint, as the chain holds it. Amounts are integers in the mint's smallest unit.
 *
 * @see DESIGN.md of the product, "Which transactions are trades"
 */
export interface Trade {
  /** First signature of the transaction, base58. */
  readonly signature: string;
  /** Rank of the trader, by base58 order, among the traders of the transaction, from 0. */
  readonly index: number;
  readonly slot: number;
  /** Position of the transaction in its block; null until a block look-up told it. */
  readonly blockIndex: number | null;
  /** Block time in epoch ms (whole seconds on the chain). */
  readonly blockTimeMs: number;
  /** Shared clock when this trade was judged first. */
  readonly detectedAtMs: number;
  readonly mint: string;
  readonly side: TradeSide;
  /** Decimal integer string, in the smallest unit of `mint`. */
  readonly amountRaw: string;
  readonly decimals: number;
  readonly trader: string;
  /** Null where there is no single quote asset. */
  readonly quoteMint: string | null;
  readonly quoteRaw: string | null;
  readonly quoteDecimals: number | null;
  /** DEX or aggregator name, `unknown` where none is recognised. */
  readonly program: string;
  readonly source: TradeSource;
}

/** What the fold made of a trade. */
export interface Disposition {
  /** Round the trade counts in; null while it waits, and for history only. */
  readonly round: number | null;
  readonly movedDeadline: boolean;
  /** True while the trade lies after a deadline that is not settled. */
  readonly isWaiting: boolean;
}

/** A trade together with what the fold made of it. */
export type FoldedTrade = Trade & Disposition;

/** Identity of a trade inside its timer: signature and index. */
export function tradeKey(trade: Pick<Trade, 'signature' | 'index'>): string {
  return `${trade.signature}:${trade.index}`;
}

/**
 * Chain order: slot, index in the block, index in the transaction.
 *
 * Within a slot a trade of unknown position comes after those of known ones, and by signature among its kind, so
 * that the order is total and the same everywhere; a block look-up replaces the guess before a round closes.
 */
export function compareChainOrder(a: Trade, b: Trade): number {
  return (
    a.slot - b.slot ||
    comparePositions(a.blockIndex, b.blockIndex) ||
    (a.signature < b.signature ? -1 : a.signature > b.signature ? 1 : a.index - b.index)
  );
}

function comparePositions(a: number | null, b: number | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null ? -1 : a - b;
}

/** Token amount of the trade as an exact decimal string. */
export function tradeAmount(trade: Pick<Trade, 'amountRaw' | 'decimals'>): string {
  return decimalOf(trade.amountRaw, trade.decimals);
}

/** Whether the trade's amount reaches `minAmount`, an exact decimal string in whole tokens. */
export function reachesAmount(trade: Pick<Trade, 'amountRaw' | 'decimals'>, minAmount: string): boolean {
  // most timers have no minimum, and every fold of a log asks for each of its trades
  return minAmount === '0' || compareDecimals(tradeAmount(trade), minAmount) >= 0;
}
