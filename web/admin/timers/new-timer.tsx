import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Refusal } from '../../graphql/refusal';
import { useAround } from '../door/use-door';
import { Dialog } from '../parts/dialog';
import { ReasonField, TextField, Toggle } from '../parts/field';
import { Form } from '../parts/form';
import { msOf } from '../parts/numbers';
import { wrongWith } from '../parts/refusal-note';
import { typedText } from '../parts/typed';
import { CreateTimerDocument } from './operations.generated';
import type { CreateTimerInput } from './operations.generated';
import { NEW_RULES, RulesFields, rulesInput } from './rules-fields';
import type { TypedRules } from './rules-fields';

interface Typed extends TypedRules {
  readonly id: string;
  readonly tokenAddress: string;
  readonly pools: string;
  readonly reason: string;
  readonly isPaused: boolean;
  readonly isChainRead: boolean;
}

const FIRST: Typed = {
  ...NEW_RULES,
  id: '',
  tokenAddress: '',
  pools: '',
  reason: '',
  isPaused: false,
  isChainRead: true,
};

/** Makes a timer. */
export function NewTimer(props: { readonly onClose: () => void; readonly onDone: () => void }): VNode {
  const { door, tell } = useAround();
  const [typed, setTyped] = useState(FIRST);
  const set = (part: Partial<Typed>): void => setTyped((before) => ({ ...before, ...part }));
  const made = (): void => {
    tell(`${typed.id.trim()} is made.`);
    props.onDone();
    props.onClose();
  };
  return (
    <Dialog title="New timer" onClose={props.onClose}>
      <Form
        verb="Make the timer"
        act={() => door.ask(CreateTimerDocument, { input: inputOf(typed) })}
        onDone={made}
        onCancel={props.onClose}
      >
        {(refusal) => (
          <>
            <div class="fields">
              <NameFields typed={typed} set={set} refusal={refusal} />
              <RulesFields typed={typed} set={set} refusal={refusal} />
              <RestFields typed={typed} set={set} refusal={refusal} />
            </div>
            <StartFields typed={typed} set={set} refusal={refusal} />
          </>
        )}
      </Form>
    </Dialog>
  );
}

interface FieldsOf {
  readonly typed: Typed;
  readonly set: (part: Partial<Typed>) => void;
  readonly refusal: Refusal | null;
}

function NameFields({ typed, set, refusal }: FieldsOf): VNode {
  return (
    <>
      <TextField
        label="Id"
        hint="Small letters, digits and -; it cannot be changed or given again."
        value={typed.id}
        onValue={(id) => set({ id })}
        wrong={wrongWith(refusal, 'id')}
        isRequired
        isCode
        isFirst
        maxLength={63}
      />
      <TextField
        label="Token"
        hint="Address of the mint."
        value={typed.tokenAddress}
        onValue={(tokenAddress) => set({ tokenAddress })}
        wrong={wrongWith(refusal, 'tokenAddress')}
        isRequired
        isCode
      />
    </>
  );
}

function RestFields({ typed, set, refusal }: FieldsOf): VNode {
  return (
    <>
      <TextField
        label="Pools or vaults"
        hint="Optional, separated by spaces; read beside the mint. More are learned from trades."
        value={typed.pools}
        onValue={(pools) => set({ pools })}
        wrong={wrongWith(refusal, 'watchedAddresses')}
        isCode
        isWide
      />
      <ReasonField
        value={typed.reason}
        onValue={(reason) => set({ reason })}
        wrong={wrongWith(refusal, 'reason')}
      />
    </>
  );
}

function StartFields({ typed, set }: FieldsOf): VNode {
  return (
    <>
      <Toggle
        label="Trades move it"
        hint="Off: it ends by the clock alone."
        isOn={typed.isChainRead}
        onValue={(isChainRead) => set({ isChainRead })}
      />
      <Toggle
        label="Paused at first"
        hint="It waits with its full time until it is resumed."
        isOn={typed.isPaused}
        onValue={(isPaused) => set({ isPaused })}
      />
    </>
  );
}

function inputOf(typed: Typed): CreateTimerInput {
  const pools = typed.pools.split(/[\s,]+/).filter((address) => address !== '');
  return {
    id: typed.id.trim(),
    tokenAddress: typed.tokenAddress.trim(),
    durationMs: msOf(typed.duration) ?? null,
    rules: rulesInput(typed),
    paused: typed.isPaused,
    chainReading: typed.isChainRead,
    reason: typedText(typed.reason),
    ...(pools.length === 0 ? {} : { watchedAddresses: pools }),
  };
}
