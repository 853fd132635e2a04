import type { VNode } from 'preact';
import { AlertsView } from './alerts/alerts-view';
import { AuditView } from './audit/audit-view';
import { CreditsView } from './credits/credits-view';
import { useMay } from './door/use-door';
import { InspectView } from './inspect/inspect-view';
import { InstancesView } from './instances/instances-view';
import { KeysView } from './keys/keys-view';
import { MonitoringView } from './monitoring/monitoring-view';
import { OverviewView } from './overview/overview-view';
import type { Place } from './places';
import { SettingsView } from './settings/settings-view';
import { TimerView } from './timers/timer-view';
import { TimersView } from './timers/timers-view';
import { WebhooksView } from './webhooks/webhooks-view';

const VIEWS: Readonly<Record<string, () => VNode>> = {
  timers: TimersView,
  alerts: AlertsView,
  monitoring: MonitoringView,
  credits: CreditsView,
  webhooks: WebhooksView,
  inspect: InspectView,
  instances: InstancesView,
  settings: SettingsView,
  keys: KeysView,
  audit: AuditView,
};

/** The view of a place. */
export function ViewOf({ place }: { readonly place: Place }): VNode {
  const { view, rest } = place;
  const isAllowed = useMay(view.scope);
  if (!isAllowed)
    return (
      <>
        <h1>{view.title}</h1>
        <p class="note">This needs scope {view.scope}. Sign in with the secret, or with a key that has it.</p>
      </>
    );
  if (view.path === 'timers' && rest !== null) return <TimerView id={rest} key={rest} />;
  const Shown = VIEWS[view.path] ?? OverviewView;
  return <Shown />;
}
