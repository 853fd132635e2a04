import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Refusal } from '../../graphql/refusal';
import type { Door } from '../door/door';
import { useAround } from '../door/use-door';
import { Dialog } from '../parts/dialog';
import { TextField, Toggle } from '../parts/field';
import { Form } from '../parts/form';
import { wrongWith } from '../parts/refusal-note';
import { typedText } from '../parts/typed';
import { EVENTS } from './event-words';
import type { EventName } from './event-words';
import { CreateOutgoingWebhookDocument, UpdateOutgoingWebhookDocument } from './operations.generated';
import type { Receiver } from './receivers-card';

interface Typed {
  readonly name: string;
  readonly url: string;
  readonly timerId: string;
  readonly isActive: boolean;
  readonly events: readonly EventName[];
}

/** Makes a receiver, or changes one. */
export function ReceiverDialog(props: {
  /** Null: a new one. */
  readonly receiver: Receiver | null;
  readonly onClose: () => void;
  /** Told the secret of a new one. */
  readonly onDone: (secret: string | null) => void;
}): VNode {
  const { receiver, onClose } = props;
  const { door } = useAround();
  const [typed, setTyped] = useState<Typed>({
    name: receiver?.name ?? '',
    url: '',
    timerId: '',
    isActive: receiver?.active ?? true,
    events: receiver?.events ?? ['ROUND_ENDED'],
  });
  const set = (part: Partial<Typed>): void => setTyped((before) => ({ ...before, ...part }));
  const act = async (): Promise<void> => {
    const secret = await send(door, receiver, typed);
    onClose();
    props.onDone(secret);
  };
  return (
    <Dialog title={receiver === null ? 'New receiver' : `Change ${receiver.name}`} onClose={onClose}>
      <Form verb={receiver === null ? 'Make it' : 'Save'} act={act} onCancel={onClose}>
        {(refusal) => (
          <>
            <AddressFields receiver={receiver} typed={typed} set={set} refusal={refusal} />
            <EventToggles events={typed.events} setEvents={(events) => set({ events })} />
            {receiver === null ? null : (
              <Toggle label="It is told" isOn={typed.isActive} onValue={(isActive) => set({ isActive })} />
            )}
          </>
        )}
      </Form>
    </Dialog>
  );
}

/** @returns the secret of a new one */
async function send(door: Door, receiver: Receiver | null, typed: Typed): Promise<string | null> {
  const { name, url, timerId, isActive: active, events } = typed;
  const fields = { name: name.trim(), events };
  if (receiver === null) {
    const input = { ...fields, url: url.trim(), timerId: typedText(timerId) };
    return (await door.ask(CreateOutgoingWebhookDocument, { input })).createOutgoingWebhook.secret;
  }
  const input = { ...fields, id: receiver.id, url: typedText(url), active };
  return (await door.ask(UpdateOutgoingWebhookDocument, { input })).updateOutgoingWebhook.secret;
}

function AddressFields(props: {
  readonly receiver: Receiver | null;
  readonly typed: Typed;
  readonly set: (part: Partial<Typed>) => void;
  readonly refusal: Refusal | null;
}): VNode {
  const { receiver, typed, set, refusal } = props;
  return (
    <div class="fields">
      <TextField
        label="Name"
        value={typed.name}
        onValue={(name) => set({ name })}
        wrong={wrongWith(refusal, 'name')}
        isRequired
        isFirst
      />
      {receiver === null ? (
        <TextField
          label="Only of timer"
          hint="Empty: of all."
          value={typed.timerId}
          onValue={(timerId) => set({ timerId })}
          wrong={wrongWith(refusal, 'timerId')}
        />
      ) : null}
      <TextField
        label="Address"
        hint={receiver === null ? 'https, on the public internet.' : `Empty: it stays ${receiver.url}`}
        value={typed.url}
        onValue={(url) => set({ url })}
        wrong={wrongWith(refusal, 'url')}
        isRequired={receiver === null}
        isCode
        isWide
      />
    </div>
  );
}

function EventToggles(props: {
  readonly events: readonly EventName[];
  readonly setEvents: (events: readonly EventName[]) => void;
}): VNode {
  const { events, setEvents } = props;
  return (
    <>
      {EVENTS.map(([event, label, hint]) => (
        <Toggle
          key={event}
          label={label}
          hint={hint}
          isOn={events.includes(event)}
          onValue={(isOn) => setEvents(isOn ? [...events, event] : events.filter((other) => other !== event))}
        />
      ))}
    </>
  );
}
