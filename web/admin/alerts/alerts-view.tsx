import type { VNode } from 'preact';
import { useAct, useAround, useAsked, useMay } from '../door/use-door';
import { Button } from '../parts/button';
import { Card } from '../parts/card';
import { Moment } from '../parts/moment';
import { PageHead } from '../parts/page-head';
import { RefusalNote } from '../parts/refusal-note';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import { keyOf, useSettings } from '../settings/use-settings';
import { FiringList } from '../system/firing-list';
import { measured } from '../system/measured';
import { useSystem } from '../system/use-system';
import { PanelAlertsDocument, SendTestAlertDocument } from './operations.generated';
import type { PanelAlertsQuery } from './operations.generated';
import { QuietCard } from './quiet-card';
import { RulesCard } from './rules-card';

type Past = PanelAlertsQuery['alerts'][number];

const PAST = 20;

/** What fires, what fired, and when it does. */
export function AlertsView(): VNode {
  const { firing, alertsTold, status } = useSystem();
  const { data, refusal, again } = useAsked(
    PanelAlertsDocument,
    { first: PAST },
    `${alertsTold} ${status?.settingsVersion ?? ''}`,
  );
  const { data: known, again: askSettings } = useSettings();
  const settings = known?.settings ?? null;
  const changed = (): void => {
    askSettings();
    again();
  };
  return (
    <>
      <PageHead
        title="Alerts"
        words="What can go wrong so that somebody has to act. Each is told once when it fires and once when it is over."
      >
        <TestButton onDone={again} />
      </PageHead>
      <RefusalNote refusal={refusal} again={again} />
      <Card title="Firing">
        <FiringList alerts={firing} />
      </Card>
      {data === null ? (
        <p class="loading">Asking…</p>
      ) : (
        <>
          <RulesCard rules={data.alertRules} onDone={changed} />
          {settings === null ? null : (
            <QuietCard settings={settings} onDone={changed} key={keyOf(settings.alerts.quietHours)} />
          )}
          <PastCard alerts={data.alerts} />
        </>
      )}
    </>
  );
}

function TestButton({ onDone }: { readonly onDone: () => void }): VNode | null {
  const { door, tell } = useAround();
  const { isBusy, refusal, run } = useAct();
  if (!useMay('OPERATE')) return null;
  const send = async (): Promise<void> => {
    const { channels } = (await door.ask(SendTestAlertDocument, {})).sendTestAlert;
    tell(
      channels.length === 0
        ? 'No channel is set: alerts are delivered nowhere. See docs/alerts.md.'
        : `A test is on its way to ${channels.join(', ')}. See whether it arrives.`,
    );
    onDone();
  };
  return (
    <>
      <Button icon="alerts" isBusy={isBusy} onClick={() => void run(send)}>
        Send a test
      </Button>
      <RefusalNote refusal={refusal} />
    </>
  );
}

function PastCard({ alerts }: { readonly alerts: readonly Past[] }): VNode {
  return (
    <Card title="Over">
      <Table
        caption="Past alerts"
        empty="None."
        heads={[
          { name: 'Rule' },
          { name: 'About' },
          { name: 'Measured' },
          { name: 'Fired' },
          { name: 'Over' },
          { name: 'Seen by' },
        ]}
        rows={alerts.map((alert) => ({
          key: alert.id,
          cells: [
            <>
              <b>{alert.rule ?? 'test'}</b>{' '}
              <Tag tone={alert.severity === 'CRITICAL' ? 'bad' : 'warn'}>{alert.severity.toLowerCase()}</Tag>
            </>,
            alert.subject ?? '–',
            alert.rule === null ? '–' : measured(alert.value, alert.unit),
            <Moment key="fired" at={alert.firedAt} />,
            <Moment key="over" at={alert.recoveredAt} />,
            <code key="who">{alert.instance}</code>,
          ],
        }))}
      />
    </Card>
  );
}
