import type { VNode } from 'preact';
import { useAround, useMay } from '../door/use-door';
import { useQuestion } from '../parts/ask-first';
import { Button } from '../parts/button';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import { driftOf } from './drift';
import { DeleteHeliusWebhookDocument, UpdateHeliusWebhookDocument } from './operations.generated';
import type { HeliusWebhooksQuery } from './operations.generated';

type Webhook = HeliusWebhooksQuery['heliusWebhooks'][number];

/** Webhooks of the Helius project, ours first, with how ours drifted. */
export function HeliusList(props: {
  readonly webhooks: readonly Webhook[];
  readonly watched: readonly string[];
  readonly again: () => void;
}): VNode {
  const { webhooks, watched, again } = props;
  return (
    <Table
      caption="Webhooks at Helius"
      empty="Helius keeps no webhook of this project. Register ours to have pushes."
      heads={[
        { name: 'Webhook' },
        { name: 'Delivers to' },
        { name: 'Addresses', isNumber: true },
        { name: 'State' },
        { name: 'Actions', isUnseen: true },
      ]}
      rows={webhooks.map((webhook) => ({
        key: webhook.id,
        cells: [
          <>
            <code>{webhook.id}</code> {webhook.ours ? <Tag tone="accent">ours</Tag> : null}
          </>,
          webhook.url,
          webhook.addresses.length,
          <State key="state" webhook={webhook} watched={watched} />,
          <Acts key="acts" webhook={webhook} again={again} />,
        ],
      }))}
    />
  );
}

function State({
  webhook,
  watched,
}: {
  readonly webhook: Webhook;
  readonly watched: readonly string[];
}): VNode {
  if (!webhook.ours) return <Tag tone="calm">{webhook.active ? 'active' : 'off'}</Tag>;
  const drift = driftOf(webhook, watched);
  if (drift.length === 0) return <Tag tone="good">as it should be</Tag>;
  return (
    <>
      <Tag tone="warn">drifted</Tag> {drift.join('; ')}
    </>
  );
}

function Acts({ webhook, again }: { readonly webhook: Webhook; readonly again: () => void }): VNode | null {
  const { door } = useAround();
  const [ask, asked] = useQuestion();
  if (!useMay('ADMIN')) return null;
  const { id, active, ours } = webhook;
  const turn = (): void =>
    ask({
      title: `Switch ${id} ${active ? 'off' : 'on'}?`,
      words: `${active ? 'It delivers nothing until it is switched on again.' : 'It delivers from now on.'} Costs 200 credits.`,
      verb: active ? 'Switch off' : 'Switch on',
      isDangerous: active,
      act: () => door.ask(UpdateHeliusWebhookDocument, { id, active: !active }),
      done: `${id} is ${active ? 'off' : 'on'}.`,
      onDone: again,
    });
  const remove = (): void =>
    ask({
      title: `Delete ${id}?`,
      words: `${ours ? 'It is our webhook.' : 'It is not ours: somebody else may rely on it.'} Costs 200 credits.`,
      verb: 'Delete',
      isDangerous: true,
      act: () => door.ask(DeleteHeliusWebhookDocument, { id }),
      done: `${id} is deleted.`,
      onDone: again,
    });
  return (
    <div class="acts">
      <Button onClick={turn} about={id}>
        {active ? 'Switch off' : 'Switch on'}
      </Button>
      <Button kind="danger" onClick={remove} about={id}>
        Delete
      </Button>
      {asked}
    </div>
  );
}
