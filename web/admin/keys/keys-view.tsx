import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useAround, useAsked } from '../door/use-door';
import { useQuestion } from '../parts/ask-first';
import { Button } from '../parts/button';
import { Card } from '../parts/card';
import { Moment } from '../parts/moment';
import { PageHead } from '../parts/page-head';
import { RefusalNote } from '../parts/refusal-note';
import { SecretOnce } from '../parts/secret-once';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import { NewKey } from './new-key';
import { PanelKeysDocument, RevokeApiKeyDocument } from './operations.generated';
import type { PanelKeysQuery } from './operations.generated';
import { SessionsCard } from './sessions-card';

type Key = PanelKeysQuery['apiKeys'][number];

/** Who may come in beside the secret. */
export function KeysView(): VNode {
  const { data, refusal, isAsking, again } = useAsked(PanelKeysDocument, {});
  const [isNew, setNew] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <PageHead
        title="API keys"
        words="For programs and people who should not have the secret. Each may do what its scope allows, and stands by name in the history."
      >
        <Button kind="main" icon="plus" onClick={() => setNew(true)}>
          New key
        </Button>
      </PageHead>
      <RefusalNote refusal={refusal} again={again} />
      <Card title="Keys" isBusy={isAsking}>
        <Keys keys={data?.apiKeys ?? []} onDone={again} />
      </Card>
      <SessionsCard sessions={data?.sessions ?? []} onDone={again} />
      {isNew ? (
        <NewKey
          onClose={() => setNew(false)}
          onDone={(made) => {
            setSecret(made);
            again();
          }}
        />
      ) : null}
      {secret === null ? null : (
        <SecretOnce
          title="The key"
          words="Send it as bearer, or sign in with it."
          secret={secret}
          onClose={() => setSecret(null)}
        />
      )}
    </>
  );
}

function Keys({ keys, onDone }: { readonly keys: readonly Key[]; readonly onDone: () => void }): VNode {
  return (
    <Table
      caption="API keys"
      empty="None yet."
      heads={[
        { name: 'Name' },
        { name: 'Scopes' },
        { name: 'Made' },
        { name: 'Last used' },
        { name: 'Ends' },
        { name: 'State' },
      ]}
      rows={keys.map((key) => ({
        key: key.id,
        ...(key.active ? {} : { mark: 'off' }),
        cells: [
          <b key="name">{key.name}</b>,
          key.scopes.join(', '),
          <>
            <Moment at={key.createdAt} /> by {key.createdBy}
          </>,
          <>
            <Moment at={key.lastUsedAt} />
            {key.lastUsedFrom === null ? null : ` from ${key.lastUsedFrom}`}
          </>,
          <Moment key="ends" at={key.expiresAt} />,
          <KeyState key="state" of={key} onDone={onDone} />,
        ],
      }))}
    />
  );
}

function KeyState({ of: key, onDone }: { readonly of: Key; readonly onDone: () => void }): VNode {
  const { door } = useAround();
  const [ask, asked] = useQuestion();
  if (key.revokedAt !== null) return <Tag tone="calm">revoked by {key.revokedBy}</Tag>;
  if (!key.active) return <Tag tone="calm">ended</Tag>;
  const { id, name } = key;
  const revoke = (): void =>
    ask({
      title: `Revoke ${name}?`,
      words:
        'It lets nobody in any more: sessions that it opened end, and its sockets close within a second.',
      verb: 'Revoke',
      isDangerous: true,
      hasReason: true,
      act: ({ reason }) => door.ask(RevokeApiKeyDocument, { id, reason }),
      done: `${name} is revoked.`,
      onDone,
    });
  return (
    <>
      <Button kind="danger" onClick={revoke} about={name}>
        Revoke
      </Button>
      {asked}
    </>
  );
}
