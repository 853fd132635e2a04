import type { VNode } from 'preact';
import { useAct, useAround, useMay } from '../door/use-door';
import { Button } from '../parts/button';
import { Card } from '../parts/card';
import { Moment } from '../parts/moment';
import { RefusalNote } from '../parts/refusal-note';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import type { Tone } from '../parts/tag';
import { eventWord } from './event-words';
import { ReplayDeliveryDocument } from './operations.generated';
import type { OutgoingWebhooksQuery } from './operations.generated';
import type { Receiver } from './receivers-card';

type Delivery = OutgoingWebhooksQuery['webhookDeliveries']['nodes'][number];

const TONES: Readonly<Record<Delivery['status'], Tone>> = {
  DELIVERED: 'good',
  FAILED: 'bad',
  PENDING: 'warn',
};

/** The last deliveries; each can be sent again. */
export function DeliveriesCard(props: {
  readonly deliveries: readonly Delivery[];
  readonly receivers: readonly Receiver[];
  readonly again: () => void;
}): VNode {
  const { deliveries, receivers, again } = props;
  const nameOf = (id: string): string => receivers.find((one) => one.id === id)?.name ?? 'deleted';
  return (
    <Card
      title="Deliveries"
      words="The last ones; they are kept for thirty days."
      beside={
        <Button icon="again" onClick={again}>
          Look again
        </Button>
      }
    >
      <Table
        caption="Deliveries"
        empty="None yet."
        heads={[
          { name: 'When' },
          { name: 'To' },
          { name: 'Event' },
          { name: 'State' },
          { name: 'Tries', isNumber: true },
          { name: 'Actions', isUnseen: true },
        ]}
        rows={deliveries.map((delivery) => ({
          key: delivery.id,
          cells: [
            <Moment key="at" at={delivery.createdAt} />,
            nameOf(delivery.webhookId),
            eventWord(delivery.event),
            <>
              <Tag tone={TONES[delivery.status]}>{delivery.status.toLowerCase()}</Tag>{' '}
              <span class="quiet">{delivery.lastFailure ?? delivery.lastStatus ?? ''}</span>
            </>,
            delivery.attempts,
            <Replay key="again" id={delivery.id} onDone={again} />,
          ],
        }))}
      />
    </Card>
  );
}

function Replay({ id, onDone }: { readonly id: string; readonly onDone: () => void }): VNode | null {
  const { door, tell } = useAround();
  const { isBusy, refusal, run } = useAct();
  if (!useMay('OPERATE')) return null;
  const send = async (): Promise<void> => {
    await door.ask(ReplayDeliveryDocument, { id });
    tell('It is sent again.');
    onDone();
  };
  return (
    <>
      <Button isBusy={isBusy} onClick={() => void run(send)}>
        Send again
      </Button>
      <RefusalNote refusal={refusal} />
    </>
  );
}
