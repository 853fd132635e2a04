import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useAround } from '../door/use-door';
import type { Scope } from '../door/scopes';
import { Dialog } from '../parts/dialog';
import { Choices, MomentField, ReasonField, TextField } from '../parts/field';
import { Form } from '../parts/form';
import { wrongWith } from '../parts/refusal-note';
import { typedText } from '../parts/typed';
import { CreateApiKeyDocument } from './operations.generated';

const OPTIONS = [
  { value: 'READ', title: 'Read', words: 'Look at what administrators see.' },
  {
    value: 'OPERATE',
    title: 'Operate',
    words: 'Also reset, pause, resume, and choose how the chain is read.',
  },
  { value: 'ADMIN', title: 'Admin', words: 'Everything, keys and settings included.' },
] as const;

interface Typed {
  readonly name: string;
  readonly scope: Scope;
  readonly expires: string;
  readonly reason: string;
}

/** Makes a key. */
export function NewKey(props: {
  readonly onClose: () => void;
  readonly onDone: (secret: string) => void;
}): VNode {
  const { door } = useAround();
  const [typed, setTyped] = useState<Typed>({ name: '', scope: 'READ', expires: '', reason: '' });
  const set = (part: Partial<Typed>): void => setTyped((before) => ({ ...before, ...part }));
  const act = async (): Promise<void> => {
    const { name, scope, expires, reason } = typed;
    const expiresAt = expires === '' ? null : new Date(expires).getTime();
    const input = { name: name.trim(), scopes: [scope], expiresAt, reason: typedText(reason) };
    const { createApiKey } = await door.ask(CreateApiKeyDocument, { input });
    props.onClose();
    props.onDone(createApiKey.secret);
  };
  return (
    <Dialog title="New key" onClose={props.onClose}>
      <Form verb="Make the key" act={act} onCancel={props.onClose}>
        {(refusal) => (
          <>
            <div class="fields">
              <TextField
                label="Name"
                hint="What it is for; stands in the public history."
                value={typed.name}
                onValue={(name) => set({ name })}
                wrong={wrongWith(refusal, 'name')}
                isRequired
                isFirst
                maxLength={64}
              />
              <MomentField
                label="Ends"
                hint="Empty: never."
                value={typed.expires}
                onValue={(expires) => set({ expires })}
                wrong={wrongWith(refusal, 'expiresAt')}
              />
            </div>
            <Choices
              legend="Scope"
              value={typed.scope}
              onValue={(scope) => set({ scope })}
              options={OPTIONS}
            />
            <ReasonField value={typed.reason} onValue={(reason) => set({ reason })} />
          </>
        )}
      </Form>
    </Dialog>
  );
}
