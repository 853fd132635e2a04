import { isAlertRule } from '../config/alert-rules';
import type { Alert, Notice, NoticeKind } from './domain/alert';

/** Reads an alert that this room wrote; null for anything else. */
export function readAlert(value: unknown): Alert | null {
  const alert = parse(value) as Partial<Alert> | null;
  if (typeof alert !== 'object' || alert === null) return null;
  const { id, rule, firedAtMs, context } = alert;
  if (typeof id !== 'string' || typeof firedAtMs !== 'number') return null;
  if (typeof context !== 'object') return null;
  // one of a newer version, while a deployment is under way
  if (rule !== null && (typeof rule !== 'string' || !isAlertRule(rule))) return null;
  return alert as Alert;
}

/** Reads a notice that this room wrote; null for anything else. */
export function readNotice(value: unknown): Notice | null {
  const notice = parse(value) as Partial<Notice> | null;
  if (typeof notice !== 'object' || notice === null) return null;
  const alert = readAlert(notice.alert);
  const kinds: readonly unknown[] = ['fired', 'recovered', 'test'];
  return alert === null || !kinds.includes(notice.kind) ? null : { kind: notice.kind as NoticeKind, alert };
}

function parse(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return null;
  }
}
