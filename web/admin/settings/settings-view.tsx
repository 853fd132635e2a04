import type { VNode } from 'preact';
import { Card } from '../parts/card';
import { Moment } from '../parts/moment';
import { PageHead } from '../parts/page-head';
import { RefusalNote } from '../parts/refusal-note';
import { Table } from '../parts/table';
import { HistoryCard } from './history-card';
import { LimitsCard } from './limits-card';
import { keyOf, useSettings } from './use-settings';
import type { Settings } from './use-settings';
import { VersionsCard } from './versions-card';

/** What holds while the service runs, and every version of it. */
export function SettingsView(): VNode {
  const { data, refusal, again } = useSettings();
  const settings = data?.settings ?? null;
  return (
    <>
      <PageHead
        title="Settings"
        words={
          settings === null ? undefined : (
            <>
              Version {settings.version}, made by {settings.changedBy} on <Moment at={settings.changedAt} />.
              All instances follow a change within a second.
            </>
          )
        }
      />
      <RefusalNote refusal={refusal} again={again} />
      {settings === null ? (
        <p class="loading">Asking…</p>
      ) : (
        <div class="grid two">
          <LimitsCard settings={settings} key={keyOf(settings.limits)} onDone={again} />
          <HistoryCard settings={settings} key={keyOf(settings.history)} onDone={again} />
          <EnvironmentCard settings={settings} />
          <VersionsCard inForce={settings.version} onDone={again} />
        </div>
      )}
    </>
  );
}

function EnvironmentCard({ settings }: { readonly settings: Settings }): VNode {
  return (
    <Card
      title="Environment"
      class="wide"
      words="Variables give first values only. These say something else than what is in force, as the instance that answered has them."
    >
      <Table
        caption="Variables that differ from the settings"
        empty="No variable differs."
        heads={[{ name: 'Variable' }, { name: 'It says' }, { name: 'In force' }, { name: 'Setting' }]}
        rows={settings.environmentDifferences.map((one) => ({
          key: one.variable,
          cells: [
            <code key="name">{one.variable}</code>,
            one.environmentValue,
            <b key="now">{one.settingValue ?? 'none'}</b>,
            one.setting,
          ],
        }))}
      />
    </Card>
  );
}
