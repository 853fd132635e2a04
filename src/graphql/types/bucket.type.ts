import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { BucketSize as Size, TradeBucket as Bucket } from '../../history/domain/buckets';
import { Decimal, EpochMs, PublicKey } from '../scalars';

/** The public names of sizes of buckets. */
export const BucketSize: { readonly [Name in Size]: Name } = {
  MINUTE: 'MINUTE',
  FIVE_MINUTES: 'FIVE_MINUTES',
  HOUR: 'HOUR',
  DAY: 'DAY',
};

registerEnumType(BucketSize, {
  name: 'BucketSize',
  description: 'How long a bucket is. Buckets begin at multiples of their length since the epoch, so in UTC.',
  valuesMap: {
    MINUTE: { description: 'One minute.' },
    FIVE_MINUTES: { description: 'Five minutes.' },
    HOUR: { description: 'One hour.' },
    DAY: { description: 'One day.' },
  },
});

/** A bucket in its GraphQL form. */
export interface BucketPicture {
  readonly start: number;
  readonly buys: number;
  readonly sells: number;
  readonly volume: string;
  readonly quoteVolume: string;
  readonly quoteMint: string | null;
  readonly open: string | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly close: string | null;
  readonly traders: number;
  readonly complete: boolean;
}

const NO_PRICE = 'null where no trade of the bucket has a price in quoteMint.';

/** GraphQL's `TradeBucket`. */
@ObjectType({ description: 'Trades of one stretch of time, counting or not, summed up.' })
export class TradeBucket implements BucketPicture {
  @Field(() => EpochMs, { description: 'Where it begins; it ends before the next one.' })
  readonly start: number;

  @Field(() => Int, { description: 'Trades that bought.' })
  readonly buys: number;

  @Field(() => Int, { description: 'Trades that sold.' })
  readonly sells: number;

  @Field(() => Decimal, { description: 'Sum of their amounts, in whole tokens.' })
  readonly volume: string;

  @Field(() => Decimal, { description: 'Sum of what was given or got for them, in quoteMint.' })
  readonly quoteVolume: string;

  @Field(() => PublicKey, {
    nullable: true,
    description:
      'Mint of the prices and of quoteVolume: the one that most trades of the whole answer are against, so the same in all of its buckets; null where no trade has one.',
  })
  readonly quoteMint: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: `Price of the first trade in chain order; ${NO_PRICE}`,
  })
  readonly open: string | null;

  @Field(() => Decimal, { nullable: true, description: `Highest price; ${NO_PRICE}` })
  readonly high: string | null;

  @Field(() => Decimal, { nullable: true, description: `Lowest price; ${NO_PRICE}` })
  readonly low: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: `Price of the last trade in chain order; ${NO_PRICE}`,
  })
  readonly close: string | null;

  @Field(() => Int, { description: 'Different wallets that traded.' })
  readonly traders: number;

  @Field(() => Boolean, {
    description:
      'False where it holds time of a round whose trades were not all fetched (completeness DEADLINE).',
  })
  readonly complete: boolean;
}

/** The public form of a bucket. */
export function bucketPicture({ startMs, isComplete, ...rest }: Bucket): BucketPicture {
  return { ...rest, start: startMs, complete: isComplete };
}
