import type { VNode } from 'preact';
import { Moment } from '../parts/moment';
import { Tag } from '../parts/tag';
import { measured } from './measured';
import type { Alert } from './use-system';

/** Alerts with what was measured, and what is known about them. */
export function FiringList({ alerts }: { readonly alerts: readonly Alert[] }): VNode {
  if (alerts.length === 0) return <p class="empty">None.</p>;
  return (
    <ul class="alerts">
      {alerts.map((alert) => (
        <li key={alert.id}>
          <p>
            <Tag tone={alert.severity === 'CRITICAL' ? 'bad' : 'warn'}>{alert.severity.toLowerCase()}</Tag>{' '}
            <b>{alert.rule ?? 'test'}</b> {alert.subject === null ? null : <code>{alert.subject}</code>}
          </p>
          <p class="quiet">
            {measured(alert.value, alert.unit)}, more than {measured(alert.threshold, alert.unit)} · since{' '}
            <Moment at={alert.firedAt} /> · seen by <code>{alert.instance}</code>
          </p>
          {alert.context.length === 0 ? null : (
            <p class="quiet">
              {alert.context.map(({ name, value }) => `${name}: ${value ?? '?'}`).join(' · ')}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
