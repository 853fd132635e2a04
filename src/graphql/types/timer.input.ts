import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsOptional,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { ResetMode as Mode } from '../../timer/domain/timer';
import type { TradeSide as Side } from '../../timer/domain/trade';
import { Decimal, PublicKey } from '../scalars';
import { ResetMode, TradeSide } from './enums';

/** Longest span anywhere: 24 days, so that every part counts in 32 bits. */
const LONGEST_MS = 24 * 86_400_000;
const span = { message: `must be from 1000 to ${LONGEST_MS} ms` };

/** GraphQL's `ResetRulesInput`. */
@InputType({ description: 'Rules; what is absent keeps its value, or has its default in a new timer.' })
export class ResetRulesInput {
  @IsOptional()
  @ArrayNotEmpty({ message: 'must name at least one side' })
  @ArrayUnique({ message: 'must name each side once' })
  @Field(() => [TradeSide], { nullable: true, description: 'Which sides count; default both.' })
  readonly sides?: Side[] | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Smallest token amount that counts, in whole tokens; default 0.',
  })
  readonly minAmount?: string | null;

  @Field(() => ResetMode, { nullable: true, description: 'RESET (default) or EXTEND.' })
  readonly mode?: Mode | null;

  @IsOptional()
  @Min(1000, span)
  @Max(LONGEST_MS, span)
  @Field(() => Int, { nullable: true, description: 'Milliseconds that EXTEND adds; default 60000.' })
  readonly extendByMs?: number | null;

  @IsOptional()
  @Min(1000, span)
  @Max(LONGEST_MS, span)
  @Field(() => Int, { nullable: true, description: 'Most milliseconds left after an EXTEND; null: no cap.' })
  readonly maxRemainingMs?: number | null;
}

/** GraphQL's `CreateTimerInput`. */
@InputType({ description: 'A new timer; it runs at once unless it is created paused.' })
export class CreateTimerInput {
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/, { message: 'must match ^[a-z0-9][a-z0-9-]{0,62}$' })
  @Field(() => ID, { description: 'Slug, ^[a-z0-9][a-z0-9-]{0,62}$; an id is given once, for ever.' })
  readonly id: string;

  @Field(() => PublicKey, { description: 'Mint to watch.' })
  readonly tokenAddress: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'Length of the countdown in ms, 60000 to TIMER_MAX_DURATION; default TIMER_DEFAULT_DURATION.',
  })
  readonly durationMs?: number | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => ResetRulesInput)
  @Field(() => ResetRulesInput, {
    nullable: true,
    description: 'Which trades count, and how; default: every trade resets.',
  })
  readonly rules?: ResetRulesInput | null;

  @IsOptional()
  @ArrayUnique({ message: 'must name each address once' })
  @Field(() => [PublicKey], {
    nullable: true,
    description: 'Pools or vaults to read beside the mint; more are learned.',
  })
  readonly watchedAddresses?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether trades move it (default); false: it ends by the shared clock alone.',
  })
  readonly chainReading?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it waits, with its full duration, to be resumed; default false.',
  })
  readonly paused?: boolean | null;

  @IsOptional()
  @Length(1, 500, { message: 'must have 1 to 500 characters' })
  @Field(() => String, { nullable: true, description: 'Why; kept in the history.' })
  readonly reason?: string | null;
}

/** GraphQL's `UpdateTimerInput`. */
@InputType({ description: 'Changes of a timer; what is absent or null stays.' })
export class UpdateTimerInput {
  @Field(() => ID, { description: 'Which timer.', defaultValue: 'global' })
  readonly id: string;

  @Field(() => Int, { nullable: true, description: 'Length of the countdown in ms; holds for later trades.' })
  readonly durationMs?: number | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => ResetRulesInput)
  @Field(() => ResetRulesInput, { nullable: true, description: 'Rules; they hold for later trades.' })
  readonly rules?: ResetRulesInput | null;

  @Field(() => PublicKey, { nullable: true, description: 'Another mint; ends the open round void.' })
  readonly tokenAddress?: string | null;

  @Field(() => Int, { nullable: true, description: 'Refuse with CONFLICT where the epoch is another.' })
  readonly expectedEpoch?: number | null;

  @Field(() => Int, { nullable: true, description: 'Refuse with CONFLICT where the revision is another.' })
  readonly expectedRevision?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Lets a token change end a settling round void; default false.',
  })
  readonly force?: boolean | null;

  @IsOptional()
  @Length(1, 500, { message: 'must have 1 to 500 characters' })
  @Field(() => String, { nullable: true, description: 'Why; kept in the history.' })
  readonly reason?: string | null;
}
