// Made from the .graphql files beside it by npm run operations:write; do not edit.
import type { Operation } from '../../client/src/operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How long a bucket is. Buckets begin at multiples of their length since the epoch, so in UTC. */
export type BucketSize =
  /** One day. */
  | 'DAY'
  /** Five minutes. */
  | 'FIVE_MINUTES'
  /** One hour. */
  | 'HOUR'
  /** One minute. */
  | 'MINUTE';

/** Which way the trader exchanged the token. */
export type TradeSide =
  /** The trader got the token. */
  | 'BUY'
  /** The trader gave the token. */
  | 'SELL';

export type RoundsQueryVariables = Exact<{
  timerId: string;
  first: number;
}>;

export type RoundsQuery = {
  readonly rounds: {
    readonly nodes: ReadonlyArray<{
      readonly number: number;
      readonly startedAt: number;
      readonly endedAt: number | null;
      readonly trades: number;
      readonly volume: string;
      readonly void: boolean;
      readonly winner: string | null;
      readonly lastTrade: { readonly signature: string } | null;
    }>;
  };
};

export type LastTradesQueryVariables = Exact<{
  timerId: string;
  first: number;
}>;

export type LastTradesQuery = {
  readonly trades: {
    readonly nodes: ReadonlyArray<{
      readonly id: string;
      readonly signature: string;
      readonly blockTime: number;
      readonly side: TradeSide;
      readonly amount: string;
      readonly trader: string;
      readonly price: string | null;
      readonly quoteMint: string | null;
      readonly program: string;
      readonly round: number | null;
      readonly movedDeadline: boolean;
    }>;
  };
};

export type BucketsQueryVariables = Exact<{
  timerId: string;
  from: number;
  to: number;
  bucket: BucketSize;
}>;

export type BucketsQuery = {
  readonly tradeBuckets: ReadonlyArray<{
    readonly start: number;
    readonly buys: number;
    readonly sells: number;
    readonly close: string | null;
    readonly quoteMint: string | null;
  }>;
};

/** query Rounds */
export const RoundsDocument: Operation<RoundsQuery, RoundsQueryVariables> =
  'query Rounds($timerId:ID!$first:Int!){rounds(timerId:$timerId first:$first){nodes{number startedAt endedAt trades volume void winner lastTrade{signature}}}}';

/** query LastTrades */
export const LastTradesDocument: Operation<LastTradesQuery, LastTradesQueryVariables> =
  'query LastTrades($timerId:ID!$first:Int!){trades(timerId:$timerId first:$first){nodes{id signature blockTime side amount trader price quoteMint program round movedDeadline}}}';

/** query Buckets */
export const BucketsDocument: Operation<BucketsQuery, BucketsQueryVariables> =
  'query Buckets($timerId:ID!$from:EpochMs!$to:EpochMs!$bucket:BucketSize!){tradeBuckets(timerId:$timerId from:$from to:$to bucket:$bucket){start buys sells close quoteMint}}';
