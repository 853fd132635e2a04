import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useAround } from '../door/use-door';
import { Dialog } from './dialog';
import { ReasonField, TextField, Toggle } from './field';
import { Form } from './form';
import { wrongWith } from './refusal-note';
import { typedText } from './typed';

/** What was answered beside yes. */
export interface Answer {
  readonly reason: string | null;
  /** Whether the extra switch was set. */
  readonly isForced: boolean;
}

/** What is asked before something is done. */
export interface Question {
  readonly title: string;
  /** What will happen. */
  readonly words: ComponentChildren;
  /** On the button. */
  readonly verb: string;
  readonly isDangerous?: boolean;
  readonly hasReason?: boolean;
  /** What has to be typed, so that it is not done by accident. */
  readonly typed?: string;
  /** An extra switch. */
  readonly force?: { readonly label: string; readonly hint: string } | null;
  readonly act: (answer: Answer) => Promise<unknown>;
  /** Told in the corner when it is done. */
  readonly done?: string;
  readonly onDone?: () => void;
}

/** Asks before something is done. @returns how to ask, and where the question stands */
export function useQuestion(): readonly [(question: Question) => void, VNode | null] {
  const [question, setQuestion] = useState<Question | null>(null);
  const { tell } = useAround();
  const close = (): void => setQuestion(null);
  if (question === null) return [setQuestion, null];
  const done = (): void => {
    close();
    if (question.done !== undefined) tell(question.done);
    question.onDone?.();
  };
  // a question that follows a question is another one
  return [setQuestion, <Asked key={question.title} question={question} onClose={close} onDone={done} />];
}

function Asked(props: {
  readonly question: Question;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): VNode {
  const { question, onClose, onDone } = props;
  const { force = null, typed: wanted } = question;
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [isForced, setForced] = useState(false);
  return (
    <Dialog title={question.title} onClose={onClose}>
      <div class="said">{question.words}</div>
      <Form
        verb={question.verb}
        kind={question.isDangerous === true ? 'danger' : 'main'}
        isOff={wanted !== undefined && typed !== wanted}
        act={() => question.act({ reason: typedText(reason), isForced })}
        onDone={onDone}
        onCancel={onClose}
      >
        {(refusal) => (
          <>
            {force === null ? null : <Toggle {...force} isOn={isForced} onValue={setForced} />}
            {wanted === undefined ? null : (
              <TextField label={`Type ${wanted} to go on`} value={typed} onValue={setTyped} isCode isWide />
            )}
            {question.hasReason === true ? (
              <ReasonField value={reason} onValue={setReason} wrong={wrongWith(refusal, 'reason')} />
            ) : null}
          </>
        )}
      </Form>
    </Dialog>
  );
}
