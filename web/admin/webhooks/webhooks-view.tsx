import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useAround, useAsked, useMay } from '../door/use-door';
import { Button } from '../parts/button';
import { PageHead } from '../parts/page-head';
import { RefusalNote } from '../parts/refusal-note';
import { SecretOnce } from '../parts/secret-once';
import { DeliveriesCard } from './deliveries-card';
import { HeliusCard } from './helius-card';
import { OutgoingWebhooksDocument } from './operations.generated';
import { ReceiverDialog } from './receiver-dialog';
import { ReceiversCard } from './receivers-card';
import type { Receiver } from './receivers-card';

/** Pushes that come in from Helius, and events that go out to others. */
export function WebhooksView(): VNode {
  const { tell } = useAround();
  const { data, refusal, isAsking, again } = useAsked(OutgoingWebhooksDocument, {});
  const [edited, setEdited] = useState<Receiver | 'new' | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const receivers = data?.outgoingWebhooks ?? [];
  const done = (made: string | null): void => {
    setSecret(made);
    tell(edited === 'new' ? 'The receiver is made.' : 'The receiver is changed.');
    again();
  };
  return (
    <>
      <PageHead
        title="Webhooks"
        words="Pushes that come in from Helius, and events that go out to integrators."
      >
        {useMay('ADMIN') ? (
          <Button kind="main" icon="plus" onClick={() => setEdited('new')}>
            New receiver
          </Button>
        ) : null}
      </PageHead>
      <RefusalNote refusal={refusal} again={again} />
      {useMay('OPERATE') ? <HeliusCard /> : null}
      <ReceiversCard
        receivers={receivers}
        isBusy={isAsking}
        onEdit={setEdited}
        onSecret={setSecret}
        onDone={again}
      />
      <DeliveriesCard deliveries={data?.webhookDeliveries.nodes ?? []} receivers={receivers} again={again} />
      {edited === null ? null : (
        <ReceiverDialog
          receiver={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
          onDone={done}
        />
      )}
      {secret === null ? null : (
        <SecretOnce
          title="Secret of the receiver"
          words="Bodies are signed with it, so that the receiver can tell them from others."
          secret={secret}
          onClose={() => setSecret(null)}
        />
      )}
    </>
  );
}
