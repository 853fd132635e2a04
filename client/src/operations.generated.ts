// Made from the .graphql files beside it by npm run operations:write; do not edit.
import type { Operation } from './operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What a counting trade does to the deadline. */
export type ResetMode =
  /** Adds extendByMs, up to maxRemainingMs from the block time. */
  | 'EXTEND'
  /** The full duration again, from the block time. */
  | 'RESET';

/** Where a timer stands at serverTime. */
export type TimerStatus =
  /** The round is over; the next counting trade opens another. */
  | 'EXPIRED'
  /** An admin has stopped the time; trades are history only. */
  | 'PAUSED'
  /** A round is open and its deadline is not past. */
  | 'RUNNING'
  /** The deadline is past and the chain is still being read up to it: the round may be saved. */
  | 'SETTLING';

/** Which way the trader exchanged the token. */
export type TradeSide =
  /** The trader got the token. */
  | 'BUY'
  /** The trader gave the token. */
  | 'SELL';

/** How a trade came to our attention first; it decides nothing. */
export type TradeSource =
  /** By reading the past again. */
  | 'BACKFILL'
  /** By asking a Solana RPC endpoint. */
  | 'POLLING'
  /** By a push of Helius. */
  | 'WEBHOOK'
  /** By a subscription at a Solana RPC endpoint. */
  | 'WEBSOCKET';

export type TradeFieldsFragment = {
  readonly id: string;
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
  readonly price: string | null;
  readonly program: string;
  readonly source: TradeSource;
  readonly round: number | null;
  readonly movedDeadline: boolean;
};

export type TimerUpdatedSubscriptionVariables = Exact<{
  id: string;
}>;

export type TimerUpdatedSubscription = {
  readonly timerUpdated: {
    readonly id: string;
    readonly tokenAddress: string;
    readonly status: TimerStatus;
    readonly round: number;
    readonly epoch: number;
    readonly revision: number;
    readonly durationMs: number;
    readonly startedAt: number;
    readonly deadline: number | null;
    readonly remainingMs: number;
    readonly serverTime: number;
    readonly waitingTrades: number;
    readonly viewers: number;
    readonly stale: boolean;
    readonly rules: {
      readonly sides: ReadonlyArray<TradeSide>;
      readonly minAmount: string;
      readonly mode: ResetMode;
      readonly extendByMs: number;
      readonly maxRemainingMs: number | null;
    };
    readonly lastTrade: {
      readonly id: string;
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
      readonly price: string | null;
      readonly program: string;
      readonly source: TradeSource;
      readonly round: number | null;
      readonly movedDeadline: boolean;
    } | null;
  };
};

export type TradeDetectedSubscriptionVariables = Exact<{
  timerId: string;
}>;

export type TradeDetectedSubscription = {
  readonly tradeDetected: {
    readonly id: string;
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
    readonly price: string | null;
    readonly program: string;
    readonly source: TradeSource;
    readonly round: number | null;
    readonly movedDeadline: boolean;
  };
};

export type RecentTradesQueryVariables = Exact<{
  timerId: string;
  from: number;
  after?: string | null | undefined;
}>;

export type RecentTradesQuery = {
  readonly trades: {
    readonly nodes: ReadonlyArray<{
      readonly id: string;
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
      readonly price: string | null;
      readonly program: string;
      readonly source: TradeSource;
      readonly round: number | null;
      readonly movedDeadline: boolean;
    }>;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

export type ClockQueryVariables = Exact<{ [key: string]: never }>;

export type ClockQuery = { readonly clock: number };

/** subscription TimerUpdated */
export const TimerUpdatedDocument: Operation<TimerUpdatedSubscription, TimerUpdatedSubscriptionVariables> =
  'subscription TimerUpdated($id:ID!){timerUpdated(id:$id){id tokenAddress status round epoch revision durationMs startedAt deadline remainingMs serverTime waitingTrades viewers stale rules{sides minAmount mode extendByMs maxRemainingMs}lastTrade{...TradeFields}}}fragment TradeFields on Trade{id signature index slot blockTime detectedAt side amount trader quoteMint quoteAmount price program source round movedDeadline}';

/** subscription TradeDetected */
export const TradeDetectedDocument: Operation<TradeDetectedSubscription, TradeDetectedSubscriptionVariables> =
  'subscription TradeDetected($timerId:ID!){tradeDetected(timerId:$timerId){...TradeFields}}fragment TradeFields on Trade{id signature index slot blockTime detectedAt side amount trader quoteMint quoteAmount price program source round movedDeadline}';

/** query RecentTrades */
export const RecentTradesDocument: Operation<RecentTradesQuery, RecentTradesQueryVariables> =
  'query RecentTrades($timerId:ID!$from:EpochMs!$after:String){trades(timerId:$timerId filter:{from:$from}first:100 after:$after){nodes{...TradeFields}pageInfo{hasNextPage endCursor}}}fragment TradeFields on Trade{id signature index slot blockTime detectedAt side amount trader quoteMint quoteAmount price program source round movedDeadline}';

/** query Clock */
export const ClockDocument: Operation<ClockQuery, ClockQueryVariables> = 'query Clock{clock}';
