import type { ResetRules, RoundEnd, TimerStatus } from './timer';
import { viewAt } from './timer.events';
import type { TimerView } from './timer.events';
import { tradeAmount, tradeKey } from './trade';
import type { FoldedTrade, TradeSide, TradeSource } from './trade';
import { decimalOf, divideRaw } from './decimal';

/** A trade as the public contract shows it; times in epoch ms, amounts as exact decimals of whole tokens. */
export interface TradePicture {
  readonly id: string;
  readonly timerId: string;
  readonly signature: string;
  readonly index: number;
  readonly slot: number;
  readonly blockTime: number;
  readonly detectedAt: number;
  readonly side: TradeSide;
  readonly amount: string;
  readonly trader: string;
  readonly quoteMint: string | null;
  readonly quoteAmount: string | null;
  /** Quote per token; null where there is no single quote asset or no amount. */
  readonly price: string | null;
  readonly program: string;
  readonly source: TradeSource;
  readonly round: number | null;
  readonly movedDeadline: boolean;
}

/** A timer as the public contract shows it at one instant. */
export interface TimerPicture {
  readonly id: string;
  readonly tokenAddress: string;
  readonly watchedAddresses: readonly string[];
  readonly status: TimerStatus;
  readonly round: number;
  readonly epoch: number;
  readonly revision: number;
  readonly durationMs: number;
  readonly startedAt: number;
  readonly deadline: number | null;
  readonly remainingMs: number;
  readonly serverTime: number;
  readonly lastTrade: TradePicture | null;
  readonly waitingTrades: number;
  readonly viewers: number;
  readonly stale: boolean;
  readonly rules: ResetRules;
}

/** A round as the public contract shows it. */
export interface RoundPicture {
  readonly timerId: string;
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly trades: number;
  readonly volume: string;
  readonly resets: number;
  readonly complete: boolean;
  readonly void: boolean;
  readonly winner: string | null;
  readonly lastTrade: TradePicture | null;
}

/** What a view does not hold: the instant, how fresh it is, and who looks on. */
export interface Surroundings {
  readonly nowMs: number;
  readonly isStale: boolean;
  readonly viewers: number;
}

/** The public form of a trade of timer `timerId`. */
export function tradePicture(timerId: string, trade: FoldedTrade): TradePicture {
  const { quoteRaw, quoteDecimals } = trade;
  const quote =
    quoteRaw === null || quoteDecimals === null ? null : { raw: quoteRaw, decimals: quoteDecimals };
  return {
    id: tradeKey(trade),
    timerId,
    signature: trade.signature,
    index: trade.index,
    slot: trade.slot,
    blockTime: trade.blockTimeMs,
    detectedAt: trade.detectedAtMs,
    side: trade.side,
    amount: tradeAmount(trade),
    trader: trade.trader,
    quoteMint: trade.quoteMint,
    quoteAmount: quote === null ? null : decimalOf(quote.raw, quote.decimals),
    price: quote === null ? null : divideRaw(quote, { raw: trade.amountRaw, decimals: trade.decimals }),
    program: trade.program,
    source: trade.source,
    round: trade.round,
    movedDeadline: trade.movedDeadline,
  };
}

/** The public form of a timer at `nowMs` of the shared clock. */
export function timerPicture(view: TimerView, { nowMs, isStale, viewers }: Surroundings): TimerPicture {
  const { status, remainingMs } = viewAt(view, nowMs);
  return {
    id: view.id,
    tokenAddress: view.tokenAddress,
    watchedAddresses: view.watchedAddresses,
    status,
    round: view.round,
    epoch: view.epoch,
    revision: view.revision,
    durationMs: view.durationMs,
    startedAt: view.startedAtMs,
    deadline: view.deadlineMs,
    remainingMs,
    serverTime: nowMs,
    lastTrade: view.lastTrade === null ? null : tradePicture(view.id, view.lastTrade),
    waitingTrades: view.waitingTrades,
    viewers,
    stale: isStale,
    rules: view.rules,
  };
}

/** The public form of a round; an open one has no end. */
export function roundPicture(
  end: Omit<RoundEnd, 'endedAtMs'> & { readonly endedAtMs: number | null },
): RoundPicture {
  return {
    timerId: end.timerId,
    number: end.round,
    startedAt: end.startedAtMs,
    endedAt: end.endedAtMs,
    trades: end.counts.trades,
    volume: end.counts.volume,
    resets: end.counts.resets,
    complete: end.isComplete,
    void: end.isVoid,
    winner: end.winner,
    lastTrade: end.lastTrade === null ? null : tradePicture(end.timerId, end.lastTrade),
  };
}
