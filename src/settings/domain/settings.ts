import type { AlertRuleName } from '../../config/alert-rules';

/** How eagerly the chain is polled, from the cheapest to the most eager. */
export const POLLING_MODES = ['ECONOMY', 'CONSERVATIVE', 'BALANCED', 'AGGRESSIVE', 'ULTRA'] as const;
/** One of `POLLING_MODES`. */
export type PollingMode = (typeof POLLING_MODES)[number];

/** FULL records every trade; DEADLINE fetches only what decides the deadline. */
export const COMPLETENESS = ['FULL', 'DEADLINE'] as const;
/** One of `COMPLETENESS`; a timer whose rules EXTEND is read FULL whatever is set. */
export type Completeness = (typeof COMPLETENESS)[number];

/** Between which intervals a mode chooses its next look; `minMs` is at most `maxMs`. */
export interface IntervalBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/** What may trigger a look beside polling, which always stays as the proof. */
export interface SourceSettings {
  readonly webhook: boolean;
  readonly websocket: boolean;
}

/** What reading may cost. */
export interface BudgetSettings {
  /** Null: no budget. */
  readonly creditsPerMonth: number | null;
  /** Share of the budget from which on reading becomes cheaper; at most `hardRatio`. */
  readonly softRatio: number;
  /** Share from which on only the looks that settle deadlines are left. */
  readonly hardRatio: number;
}

/** How the chain is read. */
export interface MonitoringSettings {
  readonly mode: PollingMode;
  /** Fixes the interval and so turns smart polling off; null: the mode decides. */
  readonly fixedIntervalMs: number | null;
  readonly bounds: Readonly<Record<PollingMode, IntervalBounds>>;
  readonly completeness: Completeness;
  readonly sources: SourceSettings;
  readonly isReadingEnabled: boolean;
  readonly budget: BudgetSettings;
  /** Name of the RPC provider's plan in the price table; null: the table's first. */
  readonly planName: string | null;
}

/** What one client may ask for; all numbers but the last hold for a sliding window of `windowMs`. */
export interface LimitSettings {
  /** Whether the numbers that hold for the window are enforced. */
  readonly isEnabled: boolean;
  /** Points of one address; a plain request costs one. */
  readonly maxRequests: number;
  readonly windowMs: number;
  /** Points of one caller who was let in. */
  readonly keyMaxRequests: number;
  /** Changes of one caller who was let in. */
  readonly adminMaxChanges: number;
  /** Pushes to the webhook from one address. */
  readonly webhookMaxRequests: number;
  /** Sockets that one address opens. */
  readonly maxConnects: number;
  /** Operations that one address begins on its sockets. */
  readonly maxSubscribes: number;
  /** Whether the schema may be asked for. */
  readonly isIntrospectionEnabled: boolean;
  /** How long one operation of GraphQL may take. */
  readonly operationTimeoutMs: number;
}

/** What is kept. */
export interface HistorySettings {
  /** Null: for ever. */
  readonly retentionMonths: number | null;
}

/** What an admin decided about one alert rule; a rule without an entry has its own defaults. */
export interface AlertRuleSettings {
  readonly isEnabled: boolean;
  /** In the rule's own unit; null: the rule's default. */
  readonly threshold: number | null;
}

/** What holds for a rule until an admin decides otherwise. */
export const DEFAULT_ALERT_RULE: AlertRuleSettings = { isEnabled: true, threshold: null };

/** When nobody is to be woken: from one time of day to another, over midnight where `to` is the earlier. */
export interface QuietHours {
  /** HH:MM. */
  readonly from: string;
  /** HH:MM; the first minute that is not quiet any more. */
  readonly to: string;
  /** IANA name, e.g. `Europe/Lisbon`. */
  readonly timeZone: string;
}

/** When somebody is alerted. */
export interface AlertSettings {
  /** By the rule's name. */
  readonly rules: Readonly<Partial<Record<AlertRuleName, AlertRuleSettings>>>;
  /** Warnings wait for the end of these hours; null: none wait. */
  readonly quietHours: QuietHours | null;
}

/** Everything that an admin can change, without its version. */
export interface SettingsDocument {
  readonly monitoring: MonitoringSettings;
  readonly limits: LimitSettings;
  readonly history: HistorySettings;
  readonly alerts: AlertSettings;
}

/** The settings in force. */
export interface Settings extends SettingsDocument {
  /** 1, 2, 3 …, one more with each change; 0 while only the environment's first values are known. */
  readonly version: number;
}

/** What is to change: absent fields stay, null is a value only where the field can be null; rules merge by name. */
export type SettingsPatch = Patch<SettingsDocument>;

/** Some fields of a group. */
export type Patch<Group> = {
  readonly [Field in keyof Group]?:
    | (Exclude<Group[Field], null | undefined> extends object
        ? Patch<Exclude<Group[Field], null | undefined>> | Extract<Group[Field], null>
        : Group[Field])
    | undefined;
};

/** One thing that is wrong with a document. */
export interface SettingsProblem {
  /** Dotted, from the document's root. */
  readonly path: string;
  readonly message: string;
}

/** Smallest and largest value. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** A day short of 2^31 ms, the longest countdown. */
const LONGEST_COUNTDOWN_MS = 24 * 86_400_000;

/** What each number may be. ECONOMY may wait as long as the longest countdown. */
export const BOUNDS = {
  fixedIntervalMs: { min: 1_000, max: 30_000 },
  intervalMs: { min: 10_000, max: 300_000 },
  economyIntervalMs: { min: 10_000, max: LONGEST_COUNTDOWN_MS },
  creditsPerMonth: { min: 1, max: 2_000_000_000 },
  ratio: { min: 0.01, max: 1 },
  maxRequests: { min: 1, max: 1_000_000 },
  windowMs: { min: 1_000, max: 3_600_000 },
  operationTimeoutMs: { min: 100, max: 120_000 },
  retentionMonths: { min: 1, max: 1_200 },
} as const satisfies Record<string, Range>;

/** The intervals of each mode before an admin changes them. */
export const DEFAULT_BOUNDS: MonitoringSettings['bounds'] = {
  ECONOMY: { minMs: 60_000, maxMs: 300_000 },
  CONSERVATIVE: { minMs: 60_000, maxMs: 300_000 },
  BALANCED: { minMs: 30_000, maxMs: 120_000 },
  AGGRESSIVE: { minMs: 15_000, maxMs: 60_000 },
  ULTRA: { minMs: 10_000, maxMs: 30_000 },
};

/** Settings without their version. */
export function documentOf({ monitoring, limits, history, alerts }: SettingsDocument): SettingsDocument {
  return { monitoring, limits, history, alerts };
}

/** Rules between fields, of a document whose fields are fine for themselves. */
export function findContradictions({ monitoring }: SettingsDocument): SettingsProblem[] {
  const problems = POLLING_MODES.filter((mode) => {
    const { minMs, maxMs } = monitoring.bounds[mode];
    return minMs > maxMs;
  }).map((mode) => ({ path: `monitoring.bounds.${mode}.minMs`, message: 'must not be larger than maxMs' }));
  const { softRatio, hardRatio } = monitoring.budget;
  if (softRatio > hardRatio) {
    problems.push({ path: 'monitoring.budget.softRatio', message: 'must not be larger than hardRatio' });
  }
  return problems;
}
