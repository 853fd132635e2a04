import type { BudgetSettings, Completeness, PollingMode } from '../../settings/domain/settings';
import type { BudgetState } from '../domain/budget';
import type { Plan, PriceTable } from '../domain/credits';
import { forecastOf } from '../domain/forecast';
import type { HourCount } from './credit.store';
import { hourOf } from './credit.store';

const DAY_MS = 86_400_000;

/** Calls and credits under one name. */
export interface CreditGroup {
  readonly name: string;
  readonly calls: number;
  readonly credits: number;
}

/** Calls and credits of one hour or day. */
export interface CreditSpan {
  /** Epoch ms, by UTC. */
  readonly start: number;
  readonly calls: number;
  readonly credits: number;
}

/** What a way of reading would have cost. */
export interface ModeCost {
  readonly mode: PollingMode;
  readonly completeness: Completeness;
  readonly credits: number;
}

/** What reading the chain cost, and where the month is going. */
export interface CreditReport {
  readonly from: number;
  readonly to: number;
  readonly calls: number;
  readonly credits: number;
  readonly byMethod: readonly CreditGroup[];
  readonly byEndpoint: readonly CreditGroup[];
  readonly byPurpose: readonly CreditGroup[];
  /** Lists alone: what watching each address costs. */
  readonly byAddress: readonly CreditGroup[];
  readonly hours: readonly CreditSpan[];
  readonly days: readonly CreditSpan[];
  readonly usedThisMonth: number;
  readonly burnPerHour: number;
  readonly burnPerDay: number;
  readonly forecast: number;
  readonly budget: BudgetSettings & {
    readonly state: BudgetState;
    readonly planName: string | null;
    readonly planCredits: number | null;
    readonly planCallsPerSecond: number | null;
    /** Month of the list of plans that is in force. */
    readonly plansAsOf: string;
    /** Month of the price list that is in force. */
    readonly pricesAsOf: string;
  };
  readonly modes: readonly ModeCost[];
}

/** What a report is made of. */
export interface ReportParts {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly rows: readonly HourCount[];
  readonly usedThisMonth: number;
  /** Credits of the last 24 hours. */
  readonly lastDay: number;
  /** What may be used, by the settings or else by the plan. */
  readonly budget: BudgetSettings;
  readonly budgetState: BudgetState;
  readonly plan: Plan | null;
  readonly plansAsOf: string;
  readonly prices: PriceTable;
  readonly modes: readonly ModeCost[];
}

/** Adds the rows up in every way that an operator asks for. */
export function reportOf(parts: ReportParts): CreditReport {
  const { rows, usedThisMonth, lastDay, nowMs, plan } = parts;
  const lists = rows.filter(({ address }) => address !== null);
  return {
    from: parts.fromMs,
    to: parts.toMs,
    calls: sum(rows, 'calls'),
    credits: sum(rows, 'credits'),
    byMethod: groups(rows, ({ method }) => method),
    byEndpoint: groups(rows, ({ endpoint }) => endpoint),
    byPurpose: groups(rows, ({ purpose }) => purpose),
    byAddress: groups(lists, ({ address }) => address ?? ''),
    hours: spans(rows, hourOf),
    days: spans(rows, (ms) => Math.floor(ms / DAY_MS) * DAY_MS),
    usedThisMonth,
    burnPerHour: Math.round(lastDay / 24),
    burnPerDay: lastDay,
    forecast: forecastOf(usedThisMonth, lastDay, nowMs),
    budget: {
      ...parts.budget,
      state: parts.budgetState,
      planName: plan?.name ?? null,
      planCredits: plan?.creditsPerMonth ?? null,
      planCallsPerSecond: plan?.callsPerSecond ?? null,
      plansAsOf: parts.plansAsOf,
      pricesAsOf: parts.prices.asOf,
    },
    modes: parts.modes,
  };
}

function groups(rows: readonly HourCount[], nameOf: (row: HourCount) => string): readonly CreditGroup[] {
  return [...added(rows, nameOf)]
    .map(([name, counted]) => ({ name, ...counted }))
    .toSorted((a, b) => b.credits - a.credits || (a.name < b.name ? -1 : 1));
}

function spans(rows: readonly HourCount[], startOf: (ms: number) => number): readonly CreditSpan[] {
  return [...added(rows, ({ hourMs }) => startOf(hourMs))]
    .map(([start, counted]) => ({ start, ...counted }))
    .toSorted((a, b) => a.start - b.start);
}

function added<Key>(
  rows: readonly HourCount[],
  keyOf: (row: HourCount) => Key,
): ReadonlyMap<Key, { readonly calls: number; readonly credits: number }> {
  const totals = new Map<Key, { calls: number; credits: number }>();
  for (const row of rows) {
    const total = totals.get(keyOf(row)) ?? { calls: 0, credits: 0 };
    totals.set(keyOf(row), { calls: total.calls + row.calls, credits: total.credits + row.credits });
  }
  return totals;
}

function sum(rows: readonly HourCount[], field: 'calls' | 'credits'): number {
  return rows.reduce((total, row) => total + row[field], 0);
}
