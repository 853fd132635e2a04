import { ALERT_RULES } from '../../config/alert-rules';
import type { AlertRuleName } from '../../config/alert-rules';
import type { QuietTimes } from './quiet-hours';

/** What admins have decided about alerts; a port, since alerts do not see the settings. The application links the two. */
export interface AlertPolicy {
  isEnabled(rule: AlertRuleName): boolean;
  /** In the unit of the rule; null: the rule's default. */
  thresholdOf(rule: AlertRuleName): number | null;
  quietHours(): QuietTimes | null;
}

/** What holds until the application has linked the settings: every rule with its default. */
export const DEFAULT_POLICY: AlertPolicy = {
  isEnabled: () => true,
  thresholdOf: () => null,
  quietHours: () => null,
};

/** Thresholds that this deployment has instead of those built in. */
export type OwnDefaults = Readonly<Partial<Record<AlertRuleName, number>>>;

/** The threshold that holds where an admin has decided nothing. */
export function defaultThreshold(rule: AlertRuleName, own: OwnDefaults): number {
  return own[rule] ?? ALERT_RULES[rule].threshold;
}
