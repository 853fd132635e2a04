import { Field, InputType, Int } from '@nestjs/graphql';
import { IsOptional, Length, Min } from 'class-validator';
import type { TimerEventType as EventType } from '../../timer/domain/timer.events';
import type { TradeSide as Side, TradeSource as Source } from '../../timer/domain/trade';
import { Decimal, EpochMs, PublicKey } from '../scalars';
import { TimerEventType, TradeSide, TradeSource } from './enums';

/** GraphQL's `TradeFilter`. */
@InputType({ description: 'Which trades; what is absent or null does not restrict.' })
export class TradeFilter {
  @Field(() => EpochMs, { nullable: true, description: 'Block time from here on, inclusive.' })
  readonly from?: number | null;

  @Field(() => EpochMs, { nullable: true, description: 'Block time before this, exclusive.' })
  readonly to?: number | null;

  @Field(() => TradeSide, { nullable: true, description: 'Only this side.' })
  readonly side?: Side | null;

  @Field(() => PublicKey, { nullable: true, description: 'Only of this wallet.' })
  readonly trader?: string | null;

  @IsOptional()
  @Length(1, 64, { message: 'must have 1 to 64 characters' })
  @Field(() => String, { nullable: true, description: 'Only on this DEX or aggregator, by its name.' })
  readonly program?: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Amount in whole tokens, at least.' })
  readonly minAmount?: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Amount in whole tokens, at most.' })
  readonly maxAmount?: string | null;

  @Field(() => TradeSource, { nullable: true, description: 'Only what was seen first this way.' })
  readonly source?: Source | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Only trades that moved the deadline, or only those that did not.',
  })
  readonly movedDeadline?: boolean | null;

  @IsOptional()
  @Min(1, { message: 'must be at least 1' })
  @Field(() => Int, { nullable: true, description: 'Only what counts in this round.' })
  readonly round?: number | null;
}

/** GraphQL's `TimerEventFilter`. */
@InputType({ description: 'Which events; what is absent or null does not restrict.' })
export class TimerEventFilter {
  @Field(() => EpochMs, { nullable: true, description: 'Time of the commit from here on, inclusive.' })
  readonly from?: number | null;

  @Field(() => EpochMs, { nullable: true, description: 'Time of the commit before this, exclusive.' })
  readonly to?: number | null;

  @Field(() => [TimerEventType], {
    nullable: true,
    description: 'Only these types; an empty list matches nothing.',
  })
  readonly types?: EventType[] | null;

  @IsOptional()
  @Min(1, { message: 'must be at least 1' })
  @Field(() => Int, { nullable: true, description: 'Only of this round.' })
  readonly round?: number | null;

  @IsOptional()
  @Length(1, 128, { message: 'must have 1 to 128 characters' })
  @Field(() => String, { nullable: true, description: 'Only what this actor did.' })
  readonly actor?: string | null;
}
