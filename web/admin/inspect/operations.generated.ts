// Made from the .graphql files beside it by npm run operations:write; do not edit.
import type { Operation } from '../../../client/src/operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What an asset is to the judge. */
export type AssetClass =
  /** A single indivisible piece, such as an NFT; never a payment. */
  | 'PIECE'
  /** SOL, wrapped or not. */
  | 'SOL'
  /** A token of which amounts are exchanged. */
  | 'TOKEN';

/** Which way the trader exchanged the token. */
export type TradeSide =
  /** The trader got the token. */
  | 'BUY'
  /** The trader gave the token. */
  | 'SELL';

/** What a transaction means for a token. */
export type TradeVerdict =
  /** Every trader bought. */
  | 'BUY'
  /** Some traders bought, others sold. */
  | 'MIXED'
  /** Nobody traded the token. */
  | 'NONE'
  /** Every trader sold. */
  | 'SELL';

export type InspectTransactionQueryVariables = Exact<{
  signature: string;
  tokenAddress: string;
}>;

export type InspectTransactionQuery = {
  readonly inspectTransaction: {
    readonly verdict: TradeVerdict;
    readonly pools: ReadonlyArray<string>;
    readonly trades: ReadonlyArray<{
      readonly index: number;
      readonly side: TradeSide;
      readonly amount: string;
      readonly trader: string;
      readonly quoteMint: string | null;
      readonly quoteAmount: string | null;
      readonly price: string | null;
      readonly program: string;
    }>;
    readonly facts: {
      readonly rule: string;
      readonly signature: string;
      readonly slot: number | null;
      readonly calls: ReadonlyArray<{
        readonly programs: ReadonlyArray<string>;
        readonly purpose: string | null;
      }>;
      readonly wallets: ReadonlyArray<{
        readonly owner: string;
        readonly signer: boolean;
        readonly changes: ReadonlyArray<{
          readonly mint: string;
          readonly change: string;
          readonly class: AssetClass;
        }>;
      }>;
    };
  };
};

export type WatchedTokensQueryVariables = Exact<{ [key: string]: never }>;

export type WatchedTokensQuery = {
  readonly timers: ReadonlyArray<{ readonly id: string; readonly tokenAddress: string }>;
};

/** query InspectTransaction */
export const InspectTransactionDocument: Operation<
  InspectTransactionQuery,
  InspectTransactionQueryVariables
> =
  'query InspectTransaction($signature:Signature!$tokenAddress:PublicKey!){inspectTransaction(signature:$signature tokenAddress:$tokenAddress){verdict pools trades{index side amount trader quoteMint quoteAmount price program}facts{rule signature slot calls{programs purpose}wallets{owner signer changes{mint change class}}}}}';

/** query WatchedTokens */
export const WatchedTokensDocument: Operation<WatchedTokensQuery, WatchedTokensQueryVariables> =
  'query WatchedTokens{timers{id tokenAddress}}';
