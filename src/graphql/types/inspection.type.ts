import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { TradeSide as Side } from '../../timer/domain/trade';
import { Decimal, PublicKey, Signature, Slot } from '../scalars';
import { TradeSide } from './enums';
import { AssetClass, TradeVerdict } from './inspection.enums';
import type { AssetClassName, TradeVerdictName } from './inspection.enums';

/** GraphQL's `InspectedTrade`. */
@ObjectType({ description: 'A trade as the judge sees it, before rules of a timer say whether it counts.' })
export class InspectedTrade {
  @Field(() => Int, {
    description: 'Rank of the trader, by base58 order, among the traders of the transaction, from 0.',
  })
  readonly index: number;

  @Field(() => TradeSide, { description: 'BUY or SELL, from the trader.' })
  readonly side: Side;

  @Field(() => PublicKey, { description: 'The economic owner whose balance decides.' })
  readonly trader: string;

  @Field(() => Decimal, { description: 'Amount of the token, in whole tokens.' })
  readonly amount: string;

  @Field(() => PublicKey, {
    nullable: true,
    description: 'Mint of what the token was exchanged for; null where there is no single one.',
  })
  readonly quoteMint: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Amount of quoteMint, in whole tokens, without fees, tips and rent; null with quoteMint.',
  })
  readonly quoteAmount: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Quote per token; null where quoteAmount is null.' })
  readonly price: string | null;

  @Field(() => String, { description: 'Name of the DEX or aggregator, "unknown" where none is recognised.' })
  readonly program: string;
}

/** GraphQL's `AssetChange`. */
@ObjectType({ description: 'What an owner gained or lost of one asset, over all its accounts.' })
export class AssetChange {
  @Field(() => PublicKey, { description: 'Mint of the asset; the wrapped SOL mint stands for SOL as well.' })
  readonly mint: string;

  @Field(() => String, {
    description: 'Signed integer in the smallest units of the asset (lamports for SOL).',
  })
  readonly change: string;

  @Field(() => AssetClass, { description: 'What the asset is to the judge.' })
  readonly class: AssetClassName;
}

/** GraphQL's `WalletChanges`. */
@ObjectType({ description: 'What one owner gained and lost: a wallet, a pool, a program.' })
export class WalletChanges {
  @Field(() => PublicKey, { description: 'The owner of the accounts.' })
  readonly owner: string;

  @Field(() => Boolean, { description: 'Whether it signed the transaction.' })
  readonly signer: boolean;

  @Field(() => [AssetChange], {
    description: 'Net changes as the rule saw them: without the fee, and without what vetoed calls moved.',
  })
  readonly changes: readonly AssetChange[];
}

/** GraphQL's `InspectedCall`. */
@ObjectType({ description: 'An outer instruction with all that it called.' })
export class InspectedCall {
  @Field(() => String, {
    nullable: true,
    description:
      'What it was for: swap, liquidity, lending …; all but swap veto. Null: balances alone decide.',
  })
  readonly purpose: string | null;

  @Field(() => [String], { description: 'Names of the listed programs in it, outermost first.' })
  readonly programs: readonly string[];
}

/** GraphQL's `InspectionFacts`. */
@ObjectType({ description: 'What led to a verdict.' })
export class InspectionFacts {
  @Field(() => String, { description: 'The rule that decided, in the words of docs/detection.md.' })
  readonly rule: string;

  @Field(() => Signature, { description: 'First signature of the transaction.' })
  readonly signature: string;

  @Field(() => Slot, { nullable: true, description: 'Its slot; null where the endpoint does not tell it.' })
  readonly slot: number | null;

  @Field(() => [WalletChanges], { description: 'Owners whose balances changed.' })
  readonly wallets: readonly WalletChanges[];

  @Field(() => [InspectedCall], { description: 'Calls that did more than move or prepare, in order.' })
  readonly calls: readonly InspectedCall[];
}

/** GraphQL's `Inspection`. */
@ObjectType({ description: 'Why a transaction does or does not count for a token.' })
export class Inspection {
  @Field(() => TradeVerdict, { description: 'What it means for the token.' })
  readonly verdict: TradeVerdictName;

  @Field(() => [InspectedTrade], { description: 'One per trader, in the order of index; empty for NONE.' })
  readonly trades: readonly InspectedTrade[];

  @Field(() => [PublicKey], {
    description:
      'Token accounts of the pools that were traded against: each swap of such a pool writes to them.',
  })
  readonly pools: readonly string[];

  @Field(() => InspectionFacts, { description: 'What led to the verdict.' })
  readonly facts: InspectionFacts;
}
