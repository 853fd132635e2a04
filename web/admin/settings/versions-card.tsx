import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useAround, useAsked, useMay } from '../door/use-door';
import { useQuestion } from '../parts/ask-first';
import { Button } from '../parts/button';
import { Card } from '../parts/card';
import { Moment } from '../parts/moment';
import { RefusalNote } from '../parts/refusal-note';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import { differences } from './differences';
import type { Difference } from './differences';
import { RestoreSettingsDocument, SettingsVersionsDocument } from './operations.generated';
import type { SettingsVersion } from './use-settings';

const PAGE = 10;

/** All versions with what each has changed; an earlier one can be restored. */
export function VersionsCard({
  inForce,
  onDone,
}: {
  readonly inForce: number;
  readonly onDone: () => void;
}): VNode {
  const [shown, setShown] = useState(PAGE);
  const { data, refusal, isAsking, again } = useAsked(
    SettingsVersionsDocument,
    { first: shown + 1, after: null },
    inForce,
  );
  const versions = data?.settingsHistory.nodes ?? [];
  return (
    <Card title="Versions" class="wide" isBusy={isAsking}>
      <RefusalNote refusal={refusal} again={again} />
      <Table
        caption="Versions of the settings"
        empty="None yet."
        heads={[
          { name: 'Version' },
          { name: 'When' },
          { name: 'By' },
          { name: 'Changed' },
          { name: 'Reason' },
          { name: 'Actions', isUnseen: true },
        ]}
        rows={versions.slice(0, shown).map((version, index) => ({
          key: String(version.version),
          cells: [
            <b key="version">{version.version}</b>,
            <Moment key="at" at={version.changedAt} />,
            version.changedBy,
            <Changes key="changes" version={version} former={versions[index + 1]} />,
            version.reason ?? '–',
            <Restore key="restore" version={version} inForce={inForce} onDone={onDone} />,
          ],
        }))}
      />
      {versions.length > shown ? (
        <div class="ends">
          <Button onClick={() => setShown(shown + 3 * PAGE)}>Older</Button>
        </div>
      ) : null}
    </Card>
  );
}

function changesOf(former: SettingsVersion, version: SettingsVersion): readonly Difference[] {
  const document = ({ monitoring, limits, history, alerts }: SettingsVersion): object => ({
    monitoring,
    limits,
    history,
    alerts,
  });
  return differences(document(former), document(version));
}

function Changes(props: {
  readonly version: SettingsVersion;
  readonly former: SettingsVersion | undefined;
}): VNode {
  const { version, former } = props;
  if (former === undefined) return <span class="quiet">first values</span>;
  return (
    <ul class="plain changes">
      {changesOf(former, version).map(({ path, before, after }) => (
        <li key={path}>
          <code>{path}</code> {before} → <b>{after}</b>
        </li>
      ))}
    </ul>
  );
}

function Restore(props: {
  readonly version: SettingsVersion;
  readonly inForce: number;
  readonly onDone: () => void;
}): VNode | null {
  const { version, inForce, onDone } = props;
  const { door } = useAround();
  const [ask, asked] = useQuestion();
  const mayChange = useMay('ADMIN');
  const { version: number } = version;
  if (number === inForce) return <Tag tone="good">in force</Tag>;
  if (!mayChange) return null;
  const restore = (): void =>
    ask({
      title: `Restore version ${number}?`,
      words: 'Its values become a new version, which all instances follow within a second.',
      verb: 'Restore',
      isDangerous: true,
      hasReason: true,
      act: ({ reason }) =>
        door.ask(RestoreSettingsDocument, { version: number, expectedVersion: inForce, reason }),
      done: `The values of version ${number} are in force.`,
      onDone,
    });
  return (
    <>
      <Button onClick={restore} about={`version ${number}`}>
        Restore
      </Button>
      {asked}
    </>
  );
}
