import type { ComponentChildren, VNode } from 'preact';
import type { Refusal } from '../../graphql/refusal';
import { useAct } from '../door/use-door';
import { Button } from './button';
import { RefusalNote } from './refusal-note';

/** Fields, a button that sends them, and why they were refused. */
export function Form(props: {
  /** On the button. */
  readonly verb: string;
  /** Sends what was typed. */
  readonly act: () => Promise<unknown>;
  readonly onDone?: () => void;
  readonly onCancel?: () => void;
  readonly children: (refusal: Refusal | null) => ComponentChildren;
  readonly kind?: 'plain' | 'main' | 'danger';
  readonly isOff?: boolean;
}): VNode {
  const { verb, act, onDone, onCancel, kind = 'main', isOff = false } = props;
  const { isBusy, refusal, run } = useAct();
  const submit = async (): Promise<void> => {
    if (await run(act)) onDone?.();
  };
  return (
    <form
      aria-busy={isBusy}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {props.children(refusal)}
      <RefusalNote refusal={refusal} />
      <div class="ends">
        {onCancel === undefined ? null : <Button onClick={onCancel}>Cancel</Button>}
        <Button kind={kind} isSubmit isBusy={isBusy} isOff={isOff}>
          {verb}
        </Button>
      </div>
    </form>
  );
}
