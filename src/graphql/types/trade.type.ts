import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { TradePicture } from '../../timer/domain/picture';
import type { TradeSide as Side, TradeSource as Source } from '../../timer/domain/trade';
import { Decimal, EpochMs, PublicKey, Signature, Slot } from '../scalars';
import { TradeSide, TradeSource } from './enums';

/** GraphQL's `Trade`. */
@ObjectType({ description: 'A swap of the watched token, as the chain holds it.' })
export class Trade implements TradePicture {
  @Field(() => ID, { description: '"<signature>:<index>", unique inside a timer.' })
  readonly id: string;

  @Field(() => ID, { description: 'The timer whose token was traded.' })
  readonly timerId: string;

  @Field(() => Signature, { description: 'First signature of the transaction.' })
  readonly signature: string;

  @Field(() => Int, {
    description: 'Rank of the trader, by base58 order, among the traders of the transaction, from 0.',
  })
  readonly index: number;

  @Field(() => Slot, { description: 'Slot of the block that holds the transaction.' })
  readonly slot: number;

  @Field(() => EpochMs, {
    description: "Solana's time of the block; whole seconds. This is the trade's time.",
  })
  readonly blockTime: number;

  @Field(() => EpochMs, { description: 'Shared time when the trade was recognised first.' })
  readonly detectedAt: number;

  @Field(() => TradeSide, { description: 'BUY or SELL, from the trader.' })
  readonly side: Side;

  @Field(() => Decimal, { description: 'Amount of the token, in whole tokens.' })
  readonly amount: string;

  @Field(() => PublicKey, { description: 'The wallet whose balances changed.' })
  readonly trader: string;

  @Field(() => PublicKey, {
    nullable: true,
    description: 'Mint of what the token was exchanged for; null where there is no single one.',
  })
  readonly quoteMint: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Amount of quoteMint, in whole tokens; null where quoteMint is null.',
  })
  readonly quoteAmount: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Quote per token; null where quoteAmount is null.' })
  readonly price: string | null;

  @Field(() => String, { description: 'Name of the DEX or aggregator, "unknown" where none is recognised.' })
  readonly program: string;

  @Field(() => TradeSource, { description: 'How the trade came to our attention first.' })
  readonly source: Source;

  @Field(() => Int, {
    nullable: true,
    description: 'The round it counts in; null while it waits behind a deadline, and for history only.',
  })
  readonly round: number | null;

  @Field(() => Boolean, { description: 'Whether it moved the deadline.' })
  readonly movedDeadline: boolean;
}
