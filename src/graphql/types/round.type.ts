import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { RoundPicture } from '../../timer/domain/picture';
import { Decimal, EpochMs, PublicKey } from '../scalars';
import { Trade } from './trade.type';

/** GraphQL's `Round`. */
@ObjectType({ description: 'One round of a timer, from its opening to its end.' })
export class Round implements RoundPicture {
  @Field(() => ID, { description: 'The timer it belongs to.' })
  readonly timerId: string;

  @Field(() => Int, { description: '1, 2, 3 …' })
  readonly number: number;

  @Field(() => EpochMs, { description: 'When it opened.' })
  readonly startedAt: number;

  @Field(() => EpochMs, {
    nullable: true,
    description: 'When it ended: its deadline, or the act that voided it; null while open.',
  })
  readonly endedAt: number | null;

  @Field(() => Int, { description: 'Trades that counted in it.' })
  readonly trades: number;

  @Field(() => Decimal, { description: 'Sum of the amounts of its trades, in whole tokens.' })
  readonly volume: string;

  @Field(() => Int, { description: 'Trades that moved the deadline, the opener included, and admin resets.' })
  readonly resets: number;

  @Field(() => Boolean, { description: 'False where trades were counted but not fetched.' })
  readonly complete: boolean;

  @Field(() => Boolean, { description: 'Ended by an admin or a token change, without a winner.' })
  readonly void: boolean;

  @Field(() => PublicKey, {
    nullable: true,
    description:
      'Trader of the counting trade highest in chain order; null while open, void, or when none counted.',
  })
  readonly winner: string | null;

  @Field(() => Trade, {
    nullable: true,
    description: 'The counting trade highest in chain order; null where none counted.',
  })
  readonly lastTrade: Trade | null;
}
