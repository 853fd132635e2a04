// Made from the .graphql files beside it by npm run operations:write; do not edit.
import type { Operation } from '../../../client/src/operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How the credits of the month stand, and what is spared for it. */
export type BudgetState =
  /** Nothing is spared, or there is no budget. */
  | 'FREE'
  /** Halfway to the hard limit: mode ECONOMY, completeness DEADLINE. */
  | 'LOW'
  /** The soft limit is reached, or the forecast is above the hard one: one mode cheaper. */
  | 'SOFT'
  /** The hard limit is reached, or every endpoint says so: only looks that settle deadlines are left. */
  | 'SPENT';

/** How much of the chain is recorded. Winners and round ends are the same either way. Timers in EXTEND mode are always read FULL, whatever is set. */
export type Completeness =
  /** Only what decides the deadline is fetched; the rest is counted and marked as not complete. */
  | 'DEADLINE'
  /** Every trade is fetched and recorded. */
  | 'FULL';

/** How eagerly the chain is polled; each mode chooses its intervals between bounds of its own. */
export type PollingMode =
  /** Often; by default every 15 to 60 s. */
  | 'AGGRESSIVE'
  /** The default; by default every 30 to 120 s. */
  | 'BALANCED'
  /** Seldom; by default every 60 to 300 s. */
  | 'CONSERVATIVE'
  /** Only as often as fairness needs. */
  | 'ECONOMY'
  /** As often as is sensible; by default every 10 to 30 s. */
  | 'ULTRA';

export type GroupFieldsFragment = { readonly name: string; readonly calls: number; readonly credits: number };

export type SpanFieldsFragment = { readonly start: number; readonly calls: number; readonly credits: number };

export type UsageFieldsFragment = {
  readonly from: number;
  readonly to: number;
  readonly calls: number;
  readonly credits: number;
  readonly usedThisMonth: number;
  readonly burnPerDay: number;
  readonly burnPerHour: number;
  readonly forecast: number;
  readonly byMethod: ReadonlyArray<{
    readonly name: string;
    readonly calls: number;
    readonly credits: number;
  }>;
  readonly byEndpoint: ReadonlyArray<{
    readonly name: string;
    readonly calls: number;
    readonly credits: number;
  }>;
  readonly byPurpose: ReadonlyArray<{
    readonly name: string;
    readonly calls: number;
    readonly credits: number;
  }>;
  readonly byAddress: ReadonlyArray<{
    readonly name: string;
    readonly calls: number;
    readonly credits: number;
  }>;
  readonly hours: ReadonlyArray<{ readonly start: number; readonly calls: number; readonly credits: number }>;
  readonly days: ReadonlyArray<{ readonly start: number; readonly calls: number; readonly credits: number }>;
  readonly modes: ReadonlyArray<{
    readonly mode: PollingMode;
    readonly completeness: Completeness;
    readonly credits: number;
  }>;
  readonly budget: {
    readonly state: BudgetState;
    readonly creditsPerMonth: number | null;
    readonly softRatio: number;
    readonly hardRatio: number;
    readonly planName: string | null;
    readonly planCredits: number | null;
    readonly planCallsPerSecond: number | null;
    readonly plansAsOf: string;
    readonly pricesAsOf: string;
  };
};

export type PanelCreditsQueryVariables = Exact<{
  from?: number | null | undefined;
}>;

export type PanelCreditsQuery = {
  readonly creditUsage: {
    readonly from: number;
    readonly to: number;
    readonly calls: number;
    readonly credits: number;
    readonly usedThisMonth: number;
    readonly burnPerDay: number;
    readonly burnPerHour: number;
    readonly forecast: number;
    readonly byMethod: ReadonlyArray<{
      readonly name: string;
      readonly calls: number;
      readonly credits: number;
    }>;
    readonly byEndpoint: ReadonlyArray<{
      readonly name: string;
      readonly calls: number;
      readonly credits: number;
    }>;
    readonly byPurpose: ReadonlyArray<{
      readonly name: string;
      readonly calls: number;
      readonly credits: number;
    }>;
    readonly byAddress: ReadonlyArray<{
      readonly name: string;
      readonly calls: number;
      readonly credits: number;
    }>;
    readonly hours: ReadonlyArray<{
      readonly start: number;
      readonly calls: number;
      readonly credits: number;
    }>;
    readonly days: ReadonlyArray<{
      readonly start: number;
      readonly calls: number;
      readonly credits: number;
    }>;
    readonly modes: ReadonlyArray<{
      readonly mode: PollingMode;
      readonly completeness: Completeness;
      readonly credits: number;
    }>;
    readonly budget: {
      readonly state: BudgetState;
      readonly creditsPerMonth: number | null;
      readonly softRatio: number;
      readonly hardRatio: number;
      readonly planName: string | null;
      readonly planCredits: number | null;
      readonly planCallsPerSecond: number | null;
      readonly plansAsOf: string;
      readonly pricesAsOf: string;
    };
  };
};

export type PanelCreditsChangedSubscriptionVariables = Exact<{ [key: string]: never }>;

export type PanelCreditsChangedSubscription = {
  readonly creditUsageChanged: {
    readonly from: number;
    readonly to: number;
    readonly calls: number;
    readonly credits: number;
    readonly usedThisMonth: number;
    readonly burnPerDay: number;
    readonly burnPerHour: number;
    readonly forecast: number;
    readonly byMethod: ReadonlyArray<{
      readonly name: string;
      readonly calls: number;
      readonly credits: number;
    }>;
    readonly byEndpoint: ReadonlyArray<{
      readonly name: string;
      readonly calls: number;
      readonly credits: number;
    }>;
    readonly byPurpose: ReadonlyArray<{
      readonly name: string;
      readonly calls: number;
      readonly credits: number;
    }>;
    readonly byAddress: ReadonlyArray<{
      readonly name: string;
      readonly calls: number;
      readonly credits: number;
    }>;
    readonly hours: ReadonlyArray<{
      readonly start: number;
      readonly calls: number;
      readonly credits: number;
    }>;
    readonly days: ReadonlyArray<{
      readonly start: number;
      readonly calls: number;
      readonly credits: number;
    }>;
    readonly modes: ReadonlyArray<{
      readonly mode: PollingMode;
      readonly completeness: Completeness;
      readonly credits: number;
    }>;
    readonly budget: {
      readonly state: BudgetState;
      readonly creditsPerMonth: number | null;
      readonly softRatio: number;
      readonly hardRatio: number;
      readonly planName: string | null;
      readonly planCredits: number | null;
      readonly planCallsPerSecond: number | null;
      readonly plansAsOf: string;
      readonly pricesAsOf: string;
    };
  };
};

/** query PanelCredits */
export const PanelCreditsDocument: Operation<PanelCreditsQuery, PanelCreditsQueryVariables> =
  'query PanelCredits($from:EpochMs){creditUsage(from:$from){...UsageFields}}fragment GroupFields on CreditGroup{name calls credits}fragment SpanFields on CreditSpan{start calls credits}fragment UsageFields on CreditUsage{from to calls credits usedThisMonth burnPerDay burnPerHour forecast byMethod{...GroupFields}byEndpoint{...GroupFields}byPurpose{...GroupFields}byAddress{...GroupFields}hours{...SpanFields}days{...SpanFields}modes{mode completeness credits}budget{state creditsPerMonth softRatio hardRatio planName planCredits planCallsPerSecond plansAsOf pricesAsOf}}';

/** subscription PanelCreditsChanged */
export const PanelCreditsChangedDocument: Operation<
  PanelCreditsChangedSubscription,
  PanelCreditsChangedSubscriptionVariables
> =
  'subscription PanelCreditsChanged{creditUsageChanged{...UsageFields}}fragment GroupFields on CreditGroup{name calls credits}fragment SpanFields on CreditSpan{start calls credits}fragment UsageFields on CreditUsage{from to calls credits usedThisMonth burnPerDay burnPerHour forecast byMethod{...GroupFields}byEndpoint{...GroupFields}byPurpose{...GroupFields}byAddress{...GroupFields}hours{...SpanFields}days{...SpanFields}modes{mode completeness credits}budget{state creditsPerMonth softRatio hardRatio planName planCredits planCallsPerSecond plansAsOf pricesAsOf}}';
