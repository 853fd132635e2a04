import { randomUUID } from 'node:crypto';
import type { Alert } from './alert';

/** An alert of no rule, to see that alerts arrive. */
export function testAlert(actor: string, instance: string, nowMs: number): Alert {
  return {
    id: randomUUID(),
    rule: null,
    subject: null,
    severity: 'CRITICAL',
    unit: 'events',
    value: 1,
    threshold: 0,
    context: { actor },
    instance,
    firedAtMs: nowMs,
    recoveredAtMs: nowMs,
  };
}
