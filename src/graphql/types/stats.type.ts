import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import type { Leader, Saver, TimerStats as Stats } from '../../history/domain/stats';
import { Decimal, EpochMs, PublicKey } from '../scalars';

/** GraphQL's `VolumeLeader`. */
@ObjectType({ description: 'A trader in the leader board by volume.' })
export class VolumeLeader implements Leader {
  @Field(() => PublicKey, { description: 'The wallet.' })
  readonly trader: string;

  @Field(() => Int, { description: 'How many trades it made.' })
  readonly trades: number;

  @Field(() => Decimal, { description: 'Sum of their amounts, in whole tokens.' })
  readonly volume: string;
}

/** GraphQL's `SaveLeader`. */
@ObjectType({ description: 'A trader in the leader board by rounds saved in their last seconds.' })
export class SaveLeader implements Saver {
  @Field(() => PublicKey, { description: 'The wallet.' })
  readonly trader: string;

  @Field(() => Int, {
    description:
      'How many of its trades moved the deadline when at most 10 s were left, by block time and the deadline told before.',
  })
  readonly saves: number;

  @Field(() => Int, { description: 'Least time that was left, in ms.' })
  readonly closestMs: number;
}

/** Figures in their GraphQL form. */
export interface StatsPicture {
  readonly timerId: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly trades: number;
  readonly buys: number;
  readonly sells: number;
  readonly volume: string;
  readonly traders: number;
  readonly resets: number;
  readonly resetsPerHour: number | null;
  readonly longestWaitSec: number | null;
  readonly shortestWaitSec: number | null;
  readonly byVolume: readonly Leader[];
  readonly bySaves: readonly Saver[];
}

/** GraphQL's `TimerStats`. */
@ObjectType({
  description:
    'Figures of a timer over whole minutes, at most 5 s old. Trades count whether or not they moved it.',
})
export class TimerStats implements StatsPicture {
  @Field(() => ID, { description: 'The timer.' })
  readonly timerId: string;

  @Field(() => EpochMs, {
    nullable: true,
    description: 'Begin, down to a whole minute; null: the first trade.',
  })
  readonly from: number | null;

  @Field(() => EpochMs, { nullable: true, description: 'End, up to a whole minute, exclusive; null: now.' })
  readonly to: number | null;

  @Field(() => Int, { description: 'Trades, counting or not.' })
  readonly trades: number;

  @Field(() => Int, { description: 'Those that bought.' })
  readonly buys: number;

  @Field(() => Int, { description: 'Those that sold.' })
  readonly sells: number;

  @Field(() => Decimal, { description: 'Sum of their amounts, in whole tokens.' })
  readonly volume: string;

  @Field(() => Int, { description: 'Different wallets that traded.' })
  readonly traders: number;

  @Field(() => Int, { description: 'Trades that moved the deadline.' })
  readonly resets: number;

  @Field(() => Float, { nullable: true, description: 'Resets per hour of the stretch; null without trades.' })
  readonly resetsPerHour: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Longest time between two trades that follow each other, in s of block time; null with fewer than two.',
  })
  readonly longestWaitSec: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Shortest time between two trades of different seconds that follow each other, in s; null with fewer than two.',
  })
  readonly shortestWaitSec: number | null;

  @Field(() => [VolumeLeader], { description: 'The ten with the most volume, the first first.' })
  readonly byVolume: VolumeLeader[];

  @Field(() => [SaveLeader], { description: 'The ten with the most last-second saves, the first first.' })
  readonly bySaves: SaveLeader[];
}

/** The public form of figures. */
export function statsPicture(timerId: string, { fromMs, toMs, ...rest }: Stats): StatsPicture {
  return { ...rest, timerId, from: fromMs, to: toMs, trades: rest.buys + rest.sells };
}
