import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useAround, useMay } from '../door/use-door';
import { Card } from '../parts/card';
import { Toggle } from '../parts/field';
import { Form } from '../parts/form';
import { Tag } from '../parts/tag';
import type { Tone } from '../parts/tag';
import { UpdateMonitoringDocument } from '../settings/operations.generated';
import type { Settings } from '../settings/use-settings';
import type { Status } from '../system/use-system';

type Source = Status['chain']['sources'][number];

const TRUST: Readonly<Record<NonNullable<Source['trust']>, readonly [Tone, string]>> = {
  TRUSTED: ['good', 'trusted: polling is slow, as the proof'],
  DOUBTED: ['warn', 'doubted: it missed a trade'],
  SILENT: ['calm', 'silent'],
};

const NAMES: Readonly<Record<Source['source'], string>> = {
  POLLING: 'Polling',
  WEBHOOK: 'Webhook of Helius',
  WEBSOCKET: 'WebSocket of the endpoint',
  BACKFILL: 'Backfill',
};

/** What may trigger a look beside polling, and how far it is trusted. */
export function SourcesCard(props: {
  readonly settings: Settings;
  readonly chain: Status['chain'] | null;
  readonly onDone: () => void;
}): VNode {
  const { settings, chain } = props;
  const { door, tell } = useAround();
  const [typed, setTyped] = useState(settings.monitoring.sources);
  const input = { sources: typed, expectedVersion: settings.version };
  return (
    <Card title="Sources" words="Pushes make trades seen sooner. Polling always stays as the proof.">
      <ul class="plain rows">
        {chain?.sources.map((source) => (
          <li key={source.source}>
            <span>
              {NAMES[source.source]}
              {source.missedTrades === null || source.missedTrades === 0 ? null : (
                <span class="quiet"> missed {source.missedTrades}</span>
              )}
            </span>
            <State source={source} />
          </li>
        ))}
      </ul>
      <Form
        verb="Save the sources"
        isOff={!useMay('OPERATE')}
        act={() => door.ask(UpdateMonitoringDocument, { input })}
        onDone={() => {
          tell('The sources are changed.');
          props.onDone();
        }}
      >
        {() => (
          <>
            <Toggle
              label="Webhook of Helius"
              hint="Needs HELIUS_API_KEY, HELIUS_WEBHOOK_URL and HELIUS_WEBHOOK_SECRET; each push costs a credit."
              isOn={typed.webhook}
              onValue={(webhook) => setTyped({ ...typed, webhook })}
            />
            <Toggle
              label="WebSocket of the endpoint"
              hint="Logs of every watched address, over the endpoints."
              isOn={typed.websocket}
              onValue={(websocket) => setTyped({ ...typed, websocket })}
            />
          </>
        )}
      </Form>
    </Card>
  );
}

function State({ source: { enabled, trust } }: { readonly source: Source }): VNode {
  if (!enabled) return <Tag tone="calm">off</Tag>;
  if (trust === null) return <Tag tone="good">on</Tag>;
  const [tone, words] = TRUST[trust];
  return <Tag tone={tone}>{words}</Tag>;
}
