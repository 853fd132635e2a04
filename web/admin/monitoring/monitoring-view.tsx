import type { VNode } from 'preact';
import { useCredits, LIVE_MS } from '../credits/use-credits';
import { Card } from '../parts/card';
import { percent } from '../parts/numbers';
import { PageHead } from '../parts/page-head';
import { RefusalNote } from '../parts/refusal-note';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import { keyOf, useSettings } from '../settings/use-settings';
import { HEALTH_TONES, HEALTH_WORDS } from '../system/tones';
import { useSystem } from '../system/use-system';
import type { Status } from '../system/use-system';
import { BoundsCard } from './bounds-card';
import { ReadingCard } from './reading-card';
import { SourcesCard } from './sources-card';

/** How the chain is read: how often, how much, by which ways, and how that goes. */
export function MonitoringView(): VNode {
  const { status } = useSystem();
  const { data, refusal, again } = useSettings();
  const { usage } = useCredits(LIVE_MS);
  const settings = data?.settings ?? null;
  const how = settings?.monitoring ?? null;
  return (
    <>
      <PageHead
        title="Monitoring"
        words="How the chain is read. Whatever is chosen, each deadline is settled by a proven look: it decides how soon trades are seen and what that costs."
      />
      <RefusalNote refusal={refusal} again={again} />
      {status === null ? null : <EndpointsCard chain={status.chain} />}
      {settings === null || how === null ? (
        <p class="loading">Asking…</p>
      ) : (
        <>
          <ReadingCard
            settings={settings}
            usage={usage}
            onDone={again}
            key={keyOf(how.readingEnabled, how.mode, how.completeness, how.fixedIntervalMs)}
          />
          <div class="grid two">
            <SourcesCard
              settings={settings}
              chain={status?.chain ?? null}
              onDone={again}
              key={keyOf(how.sources)}
            />
            <BoundsCard settings={settings} onDone={again} key={keyOf(how.bounds)} />
          </div>
        </>
      )}
    </>
  );
}

function EndpointsCard({ chain }: { readonly chain: Status['chain'] }): VNode {
  return (
    <Card
      title="Endpoints"
      words={chain.note ?? 'In order of preference, as the leader told last.'}
      beside={<Tag tone={HEALTH_TONES[chain.health]}>{HEALTH_WORDS[chain.health]}</Tag>}
    >
      <Table
        caption="Endpoints"
        empty="None is set: the demo chain plays, or the chain is not read."
        heads={[
          { name: 'Endpoint' },
          { name: 'Used' },
          { name: 'Answers in', isNumber: true },
          { name: 'Errors', isNumber: true },
          { name: 'Slot', isNumber: true },
        ]}
        rows={chain.endpoints.map(({ name, usable, latencyMs, errorRatio, slot }) => ({
          key: name,
          cells: [
            <code key="name">{name}</code>,
            usable ? <Tag tone="good">yes</Tag> : <Tag tone="bad">left alone for a while</Tag>,
            latencyMs === null ? '–' : `${latencyMs} ms`,
            percent(errorRatio),
            slot ?? '–',
          ],
        }))}
      />
    </Card>
  );
}
