import { ALERT_RULES } from '../../config/alert-rules';
import type { AlertUnit } from '../../config/alert-rules';
import type { Alert, Notice } from './alert';

/** The body of a notice: what Slack shows, what machines read, and when it was. */
export interface NoticeBody {
  readonly text: string;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;
  /** ISO 8601. */
  readonly timestamp: string;
}

/** One line for people. */
export function textOf({ kind, alert }: Notice): string {
  if (alert.rule === null) return 'Test alert of Darwin Timer: alerts arrive here.';
  const { meaning } = ALERT_RULES[alert.rule];
  const about = alert.subject === null ? '' : ` (${alert.subject})`;
  if (kind === 'recovered') {
    const { firedAtMs, recoveredAtMs } = alert;
    const lastedSec = Math.round(((recoveredAtMs ?? firedAtMs) - firedAtMs) / 1000);
    return `Recovered: ${alert.rule}${about} is over after ${lastedSec} s. It was: ${meaning}`;
  }
  return `${alert.severity}: ${alert.rule}${about}. ${meaning} ${measured(alert)}`;
}

/** The body that every form of delivery is made from. */
export function bodyOf(notice: Notice): NoticeBody {
  const { kind, alert } = notice;
  const atMs = kind === 'recovered' ? (alert.recoveredAtMs ?? alert.firedAtMs) : alert.firedAtMs;
  const { rule, subject, severity, value, threshold, unit, instance } = alert;
  return {
    text: textOf(notice),
    context: {
      ...alert.context,
      ...{ id: alert.id, state: kind, rule, subject, severity, value, threshold, unit, instance },
    },
    timestamp: new Date(atMs).toISOString(),
  };
}

function measured({ value, threshold, unit }: Alert): string {
  return `Measured ${shown(value, unit)}, threshold ${shown(threshold, unit)}.`;
}

function shown(value: number, unit: AlertUnit): string {
  if (unit === 'ratio') return `${(value * 100).toFixed(1)} %`;
  if (unit === 'seconds') return `${Number(value.toFixed(1))} s`;
  return `${Number(value.toFixed(1))} ${unit}`;
}
