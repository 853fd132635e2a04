/** How bad it is. WARNING waits for the end of quiet hours; CRITICAL never waits. */
export type AlertSeverity = 'WARNING' | 'CRITICAL';

/** What a rule measures. */
export type AlertUnit = 'seconds' | 'ratio' | 'entries' | 'trades' | 'events';

/** One alert rule as it is built in; whether and from where on it alerts is a setting. */
export interface AlertRule {
  readonly severity: AlertSeverity;
  readonly unit: AlertUnit;
  /** It alerts while what is measured is larger. */
  readonly threshold: number;
  /** Smallest and largest threshold that an admin may choose. */
  readonly min: number;
  readonly max: number;
  /** One sentence for people: what is the case while it alerts. */
  readonly meaning: string;
}

const DAY_SEC = 86_400;

/**
 * All alert rules by name, the one place where they are listed: settings check thresholds by it, the alert room alerts
 * by it, and docs/alerts.md has a section for each. `events` are counted over the last ten minutes on all instances.
 */
export const ALERT_RULES = {
  'timer-disagreement': critical(
    'seconds',
    0.5,
    0,
    3_600,
    'Instances show different deadlines for one timer.',
  ),
  'late-trade': warning('events', 0, 0, 10_000, 'A trade was found after its round had been settled.'),
  'timer-settling': critical(
    'seconds',
    60,
    5,
    DAY_SEC,
    'A round is past its deadline and cannot be settled.',
  ),
  'clock-suspect': critical(
    'seconds',
    0,
    0,
    3_600,
    'The clock of Redis has stepped and nothing explains it.',
  ),
  'clock-step': warning('seconds', 1, 0.1, 3_600, 'The clock of Redis has stepped.'),
  'redis-lost': critical('seconds', 5, 1, 3_600, 'Redis does not answer.'),
  'postgres-lost': critical('seconds', 10, 1, 3_600, 'Postgres does not answer.'),
  'solana-lost': critical('seconds', 60, 5, DAY_SEC, 'No Solana endpoint answers.'),
  'leader-missing': critical('seconds', 30, 10, DAY_SEC, 'No instance reads the chain.'),
  'leader-stale': critical('events', 0, 0, 10_000, 'A write was refused since a newer leader had written.'),
  'cursor-age': warning('seconds', 60, 5, DAY_SEC, 'A timer was not read when it was due.'),
  'source-failed': critical('events', 0, 0, 10_000, 'A source of transactions could not start or broke off.'),
  'webhook-silent': warning(
    'trades',
    0,
    0,
    10_000,
    'Polling finds trades that the Helius webhook does not bring.',
  ),
  'credits-budget': warning('ratio', 0.8, 0.01, 10, 'Most of the credits of the month are used.'),
  'history-lag': warning('entries', 1_000, 1, 10_000_000, 'Events wait to be written to Postgres.'),
  'history-mismatch': critical('events', 0, 0, 10_000, 'An event came again with other content.'),
  'history-poison': critical('events', 0, 0, 10_000, 'An event could not be written and was set aside.'),
  'error-rate': critical('ratio', 0.05, 0.001, 1, 'Too many requests fail by our own fault.'),
  'uncaught-exception': critical('events', 0, 0, 10_000, 'An exception that nobody caught.'),
  unauthorised: warning('events', 20, 0, 1_000_000, 'Somebody tries secrets or keys.'),
  'webhook-undelivered': warning(
    'events',
    0,
    0,
    10_000,
    'An outgoing webhook was given up after the last try.',
  ),
} as const satisfies Record<string, AlertRule>;

/** Name of a rule. */
export type AlertRuleName = keyof typeof ALERT_RULES;

/** All names, in the order of the list. */
export const ALERT_RULE_NAMES: readonly AlertRuleName[] = Object.keys(ALERT_RULES).filter(isAlertRule);

/** Whether there is such a rule. */
export function isAlertRule(name: string): name is AlertRuleName {
  return Object.hasOwn(ALERT_RULES, name);
}

function critical(unit: AlertUnit, threshold: number, min: number, max: number, meaning: string): AlertRule {
  return { severity: 'CRITICAL', unit, threshold, min, max, meaning };
}

function warning(unit: AlertUnit, threshold: number, min: number, max: number, meaning: string): AlertRule {
  return { severity: 'WARNING', unit, threshold, min, max, meaning };
}
