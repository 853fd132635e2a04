import type { AlertRuleName, AlertSeverity, AlertUnit } from '../../config/alert-rules';

/** Facts for people; never a secret. */
export type AlertContext = Readonly<Record<string, string | number | boolean | null>>;

/** What one look found of one rule; it alerts where `value` is larger than the rule's threshold. */
export interface AlertReading {
  /** What it is about, e.g. a timer or an instance; null: the whole deployment. */
  readonly subject: string | null;
  /** In the unit of the rule. */
  readonly value: number;
  readonly context: AlertContext;
}

/** Readings of one look, by rule; a rule that is absent could not be read, and nothing changes about its alerts. */
export type AlertReadings = ReadonlyMap<AlertRuleName, readonly AlertReading[]>;

/** Reads levels of some rooms. Called again and again on every instance; it may throw, and then nothing is known. */
export interface AlertProbe {
  read(): Promise<AlertReadings>;
}

/** One alert, from its first reading to its recovery; the same for all instances. */
export interface Alert {
  /** Unique for each occurrence. */
  readonly id: string;
  /** Null for a test. */
  readonly rule: AlertRuleName | null;
  readonly subject: string | null;
  readonly severity: AlertSeverity;
  readonly unit: AlertUnit;
  /** What was measured when it fired. */
  readonly value: number;
  readonly threshold: number;
  readonly context: AlertContext;
  /** The instance that saw it first. */
  readonly instance: string;
  /** Shared clock, epoch ms. */
  readonly firedAtMs: number;
  /** Null while it fires. */
  readonly recoveredAtMs: number | null;
}

/** What somebody is told about an alert. */
export type NoticeKind = 'fired' | 'recovered' | 'test';

/** One thing to tell, on every channel. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly alert: Alert;
}

/** What tells alerts of one rule apart: the same on every instance. */
export function alertKey(rule: AlertRuleName, subject: string | null): string {
  return subject === null ? rule : `${rule} ${subject}`;
}

/** Identity of a notice: it is told once on each channel. */
export function noticeId({ kind, alert }: Notice): string {
  return `${alert.id}.${kind}`;
}
