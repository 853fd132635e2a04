import { POLLING_MODES } from '../../settings/domain/settings';
import type { BudgetSettings, Completeness, PollingMode } from '../../settings/domain/settings';
import type { Plan } from './credits';

/**
 * How the month's credits stand.
 *
 * free: nothing is spared. soft: one mode cheaper. low: the cheapest mode, and only what decides is fetched. spent: only
 * the looks that settle deadlines are left, and now and then one for a round to open.
 */
export type BudgetState = 'free' | 'soft' | 'low' | 'spent';

/** What the state of the budget depends on. */
export interface BudgetView {
  readonly budget: BudgetSettings;
  /** Credits used since the month began. */
  readonly usedThisMonth: number;
  /** Credits at the month's end if all goes on as it does. */
  readonly forecast: number;
  /** True while an endpoint says that its credits are used up. */
  readonly isExhausted: boolean;
}

/** The budget that holds: where no credits a month are set, those of the plan. */
export function budgetWithin(budget: BudgetSettings, plan: Plan | null): BudgetSettings {
  return { ...budget, creditsPerMonth: budget.creditsPerMonth ?? plan?.creditsPerMonth ?? null };
}

/** Spares first by the forecast, then by what is really used. */
export function budgetStateOf({ budget, usedThisMonth, forecast, isExhausted }: BudgetView): BudgetState {
  if (isExhausted) return 'spent';
  const { creditsPerMonth, softRatio, hardRatio } = budget;
  if (creditsPerMonth === null) return 'free';
  const share = usedThisMonth / creditsPerMonth;
  if (share >= hardRatio) return 'spent';
  if (share >= (softRatio + hardRatio) / 2) return 'low';
  return share >= softRatio || forecast > creditsPerMonth * hardRatio ? 'soft' : 'free';
}

/** The mode that the budget leaves of the wanted one. */
export function modeWithin(wanted: PollingMode, budget: BudgetState): PollingMode {
  if (budget === 'free') return wanted;
  if (budget !== 'soft') return 'ECONOMY';
  return POLLING_MODES[Math.max(0, POLLING_MODES.indexOf(wanted) - 1)] ?? 'ECONOMY';
}

/** The completeness that the budget leaves of the wanted one. */
export function completenessWithin(wanted: Completeness, budget: BudgetState): Completeness {
  return budget === 'low' || budget === 'spent' ? 'DEADLINE' : wanted;
}
