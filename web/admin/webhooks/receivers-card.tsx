import type { VNode } from 'preact';
import { useAround, useMay } from '../door/use-door';
import { useQuestion } from '../parts/ask-first';
import { Button } from '../parts/button';
import { Card } from '../parts/card';
import { Moment } from '../parts/moment';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import { eventWord } from './event-words';
import { DeleteOutgoingWebhookDocument, UpdateOutgoingWebhookDocument } from './operations.generated';
import type { OutgoingWebhooksQuery } from './operations.generated';

/** A receiver of events. */
export type Receiver = OutgoingWebhooksQuery['outgoingWebhooks'][number];

interface Handlers {
  readonly onEdit: (receiver: Receiver) => void;
  readonly onSecret: (secret: string | null) => void;
  readonly onDone: () => void;
}

/** Who is told of events. */
export function ReceiversCard(
  props: Handlers & { readonly receivers: readonly Receiver[]; readonly isBusy: boolean },
): VNode {
  const { receivers, isBusy } = props;
  return (
    <Card
      title="Receivers"
      isBusy={isBusy}
      words="Each is told by a signed request; docs/webhooks.md says how to check it."
    >
      <Table
        caption="Receivers"
        empty="None yet."
        heads={[
          { name: 'Name' },
          { name: 'Address' },
          { name: 'Events' },
          { name: 'Timer' },
          { name: 'State' },
          { name: 'Actions', isUnseen: true },
        ]}
        rows={receivers.map((receiver) => ({
          key: receiver.id,
          ...(receiver.active ? {} : { mark: 'off' }),
          cells: [
            <b key="name">{receiver.name}</b>,
            receiver.url,
            receiver.events.map(eventWord).join(', '),
            receiver.timerId ?? 'all',
            <State key="state" receiver={receiver} />,
            <Acts key="acts" receiver={receiver} {...props} />,
          ],
        }))}
      />
    </Card>
  );
}

function State({ receiver }: { readonly receiver: Receiver }): VNode {
  return (
    <>
      <Tag tone={receiver.active ? 'good' : 'calm'}>{receiver.active ? 'told' : 'off'}</Tag>
      {receiver.formerSecretUntil === null ? null : (
        <span class="quiet">
          {' '}
          former secret until <Moment at={receiver.formerSecretUntil} />
        </span>
      )}
    </>
  );
}

function Acts(props: Handlers & { readonly receiver: Receiver }): VNode | null {
  const { receiver, onEdit, onSecret, onDone } = props;
  const { door } = useAround();
  const [ask, asked] = useQuestion();
  if (!useMay('ADMIN')) return null;
  const { id, name } = receiver;
  const renew = (): void =>
    ask({
      title: `New secret for ${name}?`,
      words:
        'For a day bodies are signed with the former one too, so that the receiver can be changed in peace.',
      verb: 'Make a new secret',
      act: async () => {
        const { updateOutgoingWebhook } = await door.ask(UpdateOutgoingWebhookDocument, {
          input: { id, newSecret: true },
        });
        onSecret(updateOutgoingWebhook.secret);
      },
      onDone,
    });
  const remove = (): void =>
    ask({
      title: `Delete ${name}?`,
      words: 'It is told nothing any more; what waits for it is given up.',
      verb: 'Delete',
      isDangerous: true,
      act: () => door.ask(DeleteOutgoingWebhookDocument, { id }),
      done: `${name} is deleted.`,
      onDone,
    });
  return (
    <div class="acts">
      <Button onClick={() => onEdit(receiver)} about={name}>
        Change
      </Button>
      <Button onClick={renew} about={`for ${name}`}>
        New secret
      </Button>
      <Button kind="danger" onClick={remove} about={name}>
        Delete
      </Button>
      {asked}
    </div>
  );
}
