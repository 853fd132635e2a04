import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { TimerPicture } from '../../timer/domain/picture';
import type { ResetMode as Mode, ResetRules as Rules, TimerStatus as Status } from '../../timer/domain/timer';
import type { TradeSide as Side } from '../../timer/domain/trade';
import { Decimal, EpochMs, PublicKey } from '../scalars';
import { ResetMode, TimerStatus, TradeSide } from './enums';
import { Trade } from './trade.type';

/** GraphQL's `ResetRules`. */
@ObjectType({ description: 'Which trades move the deadline, and how.' })
export class ResetRules implements Rules {
  @Field(() => [TradeSide], { description: 'Which sides count; default both.' })
  readonly sides: Side[];

  @Field(() => Decimal, { description: 'Smallest token amount that counts, in whole tokens; default 0.' })
  readonly minAmount: string;

  @Field(() => ResetMode, {
    description: 'RESET (default) gives the full duration again, EXTEND adds extendByMs.',
  })
  readonly mode: Mode;

  @Field(() => Int, { description: 'Milliseconds that EXTEND adds; default 60000.' })
  readonly extendByMs: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Most milliseconds left after an EXTEND, from the block time; null: no cap.',
  })
  readonly maxRemainingMs: number | null;
}

/** GraphQL's `Timer`. */
@ObjectType({ description: 'One countdown for the whole world. (epoch, revision) orders its states.' })
export class Timer implements TimerPicture {
  @Field(() => ID, { description: 'Slug, ^[a-z0-9][a-z0-9-]{0,62}$; the default timer is "global".' })
  readonly id: string;

  @Field(() => PublicKey, { description: 'Mint that is watched.' })
  readonly tokenAddress: string;

  @Field(() => [PublicKey], { description: 'The mint and the pools or vaults that are read beside it.' })
  readonly watchedAddresses: string[];

  @Field(() => TimerStatus, { description: 'Where the timer stands at serverTime.' })
  readonly status: Status;

  @Field(() => Int, { description: '1, 2, 3 …; a round ends by expiry, or void.' })
  readonly round: number;

  @Field(() => Int, { description: 'Rises when the state had to be rebuilt after data was lost.' })
  readonly epoch: number;

  @Field(() => Int, { description: 'Rises with every change inside an epoch.' })
  readonly revision: number;

  @Field(() => Int, { description: 'Length of the countdown in milliseconds.' })
  readonly durationMs: number;

  @Field(() => EpochMs, { description: 'When the present round opened.' })
  readonly startedAt: number;

  @Field(() => EpochMs, {
    nullable: true,
    description:
      'Last instant whose block still counts; null while PAUSED. Count down to it on your own clock.',
  })
  readonly deadline: number | null;

  @Field(() => Int, { description: 'Milliseconds left at serverTime, never negative.' })
  readonly remainingMs: number;

  @Field(() => EpochMs, { description: 'Shared time when this answer was made.' })
  readonly serverTime: number;

  @Field(() => Trade, {
    nullable: true,
    description:
      'Of the counted trades of the round the highest in chain order: it wins if the round ends now. EXPIRED: that of the ended round. Null where none counted yet.',
  })
  readonly lastTrade: Trade | null;

  @Field(() => Int, { description: 'Trades after a deadline that is not settled yet.' })
  readonly waitingTrades: number;

  @Field(() => Int, { description: 'Subscribers of this timer over all instances, known to about 5 s.' })
  readonly viewers: number;

  @Field(() => Boolean, {
    description: 'True while the shared state cannot be reached and this is the last known one.',
  })
  readonly stale: boolean;

  @Field(() => ResetRules, { description: 'Which trades move the deadline, and how.' })
  readonly rules: ResetRules;
}
