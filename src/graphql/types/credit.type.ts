import { Field, Float, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { Completeness as Kept, PollingMode as Mode } from '../../settings/domain/settings';
import type { BudgetState as Stand } from '../../solana/domain/budget';
import type {
  CreditGroup as Group,
  CreditReport,
  CreditSpan as Span,
  ModeCost as Cost,
} from '../../solana/credits.service';
import { EpochMs } from '../scalars';
import { Completeness, PollingMode } from './settings.enums';

/** The public names of how the month's credits stand. */
export const BudgetState: { readonly [Name in Uppercase<Stand>]: Name } = {
  FREE: 'FREE',
  SOFT: 'SOFT',
  LOW: 'LOW',
  SPENT: 'SPENT',
};

registerEnumType(BudgetState, {
  name: 'BudgetState',
  description: 'How the credits of the month stand, and what is spared for it.',
  valuesMap: {
    FREE: { description: 'Nothing is spared, or there is no budget.' },
    SOFT: {
      description: 'The soft limit is reached, or the forecast is above the hard one: one mode cheaper.',
    },
    LOW: { description: 'Halfway to the hard limit: mode ECONOMY, completeness DEADLINE.' },
    SPENT: {
      description:
        'The hard limit is reached, or every endpoint says so: only looks that settle deadlines are left.',
    },
  },
});

/** GraphQL's `CreditGroup`. */
@ObjectType({ description: 'Calls and credits under one name.' })
export class CreditGroup implements Group {
  @Field(() => String, { description: 'Method, endpoint, purpose or watched address.' })
  readonly name: string;

  @Field(() => Float, { description: 'Calls, or events of a webhook; an integer.' })
  readonly calls: number;

  @Field(() => Float, { description: 'Their credits by the price table of their time; an integer.' })
  readonly credits: number;
}

/** GraphQL's `CreditSpan`. */
@ObjectType({ description: 'Calls and credits of one hour or day.' })
export class CreditSpan implements Span {
  @Field(() => EpochMs, { description: 'Its beginning, by UTC.' })
  readonly start: number;

  @Field(() => Float, { description: 'Calls, or events of a webhook; an integer.' })
  readonly calls: number;

  @Field(() => Float, { description: 'Their credits; an integer.' })
  readonly credits: number;
}

/** GraphQL's `ModeCost`. */
@ObjectType({ description: 'What a way of reading would have cost on the last 24 hours.' })
export class ModeCost implements Cost {
  @Field(() => PollingMode, { description: 'The mode.' })
  readonly mode: Mode;

  @Field(() => Completeness, { description: 'What would have been fetched.' })
  readonly completeness: Kept;

  @Field(() => Float, {
    description:
      'Credits, played by the scheduler itself on the recorded trades, with somebody watching; transactions that are no trades were not recorded and are not in it.',
  })
  readonly credits: number;
}

/** GraphQL's `CreditBudgetUse`. */
@ObjectType({ description: 'The budget, and how it stands.' })
export class CreditBudgetUse {
  @Field(() => Int, {
    nullable: true,
    description:
      'Credits a month that may be used: what is set, else what the plan includes; null: neither is known.',
  })
  readonly creditsPerMonth: number | null;

  @Field(() => Float, { description: 'Share of the budget from which on reading becomes cheaper.' })
  readonly softRatio: number;

  @Field(() => Float, { description: 'Share from which on only looks that settle deadlines are left.' })
  readonly hardRatio: number;

  @Field(() => BudgetState, { description: 'How the month stands.' })
  readonly state: Uppercase<Stand>;

  @Field(() => String, { nullable: true, description: "Name of the provider's plan; null: none is named." })
  readonly planName: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Credits a month that the plan includes; null: no plan is named.',
  })
  readonly planCredits: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Calls a second that the plan answers; null: no plan is named.',
  })
  readonly planCallsPerSecond: number | null;

  @Field(() => String, { description: 'Month of the list of plans that is in force, YYYY-MM.' })
  readonly plansAsOf: string;

  @Field(() => String, { description: 'Month of the price list that is in force, YYYY-MM.' })
  readonly pricesAsOf: string;
}

/** GraphQL's `CreditUsage`. */
@ObjectType({
  description:
    'What reading the chain costs, over all instances. Credits are counted per call by a price table.',
})
export class CreditUsage {
  @Field(() => EpochMs, { description: 'Beginning of the range, taken down to the hour.' })
  readonly from: number;

  @Field(() => EpochMs, { description: 'End of the range.' })
  readonly to: number;

  @Field(() => Float, { description: 'Calls in the range; an integer.' })
  readonly calls: number;

  @Field(() => Float, { description: 'Credits in the range; an integer.' })
  readonly credits: number;

  @Field(() => [CreditGroup], { description: 'By JSON-RPC method, the dearest first.' })
  readonly byMethod: readonly CreditGroup[];

  @Field(() => [CreditGroup], { description: 'By endpoint, named without secrets, the dearest first.' })
  readonly byEndpoint: readonly CreditGroup[];

  @Field(() => [CreditGroup], {
    description:
      'By purpose: look, settle, fetch, order, backfill, webhook, inspect, other; the dearest first.',
  })
  readonly byPurpose: readonly CreditGroup[];

  @Field(() => [CreditGroup], { description: 'Lists alone, by watched address: what watching each costs.' })
  readonly byAddress: readonly CreditGroup[];

  @Field(() => [CreditSpan], { description: 'Hours in which anything was called, oldest first.' })
  readonly hours: readonly CreditSpan[];

  @Field(() => [CreditSpan], { description: 'The same by day.' })
  readonly days: readonly CreditSpan[];

  @Field(() => Float, { description: 'Credits since the calendar month began, by UTC; an integer.' })
  readonly usedThisMonth: number;

  @Field(() => Float, { description: 'Credits an hour, over the last 24 hours.' })
  readonly burnPerHour: number;

  @Field(() => Float, { description: 'Credits of the last 24 hours.' })
  readonly burnPerDay: number;

  @Field(() => Float, {
    description: "Credits at the month's end if every day to come is like the last 24 hours.",
  })
  readonly forecast: number;

  @Field(() => CreditBudgetUse, { description: 'The budget, and how it stands.' })
  readonly budget: CreditBudgetUse;

  @Field(() => [ModeCost], {
    description: 'What each mode and completeness would have cost on the last 24 hours.',
  })
  readonly modes: readonly ModeCost[];
}

/** The public form of a report. */
export function creditUsageOf(report: CreditReport): CreditUsage {
  const { budget } = report;
  const state: { readonly [Name in Stand]: Uppercase<Name> } = {
    free: 'FREE',
    soft: 'SOFT',
    low: 'LOW',
    spent: 'SPENT',
  };
  return { ...report, budget: { ...budget, state: state[budget.state] } };
}
