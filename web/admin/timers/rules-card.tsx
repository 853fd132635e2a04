import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useAround } from '../door/use-door';
import { Card } from '../parts/card';
import { ReasonField } from '../parts/field';
import { Form } from '../parts/form';
import { msOf } from '../parts/numbers';
import { wrongWith } from '../parts/refusal-note';
import { typedText } from '../parts/typed';
import { UpdateTimerDocument } from './operations.generated';
import { RulesFields, rulesInput, typedRules } from './rules-fields';
import type { PanelTimer } from './use-timer';

interface Props {
  readonly timer: PanelTimer;
  readonly onDone: () => void;
}

/** Changes length and rules; says so where somebody else has changed them meanwhile. */
export function RulesCard({ timer, onDone }: Props): VNode {
  const now = JSON.stringify(typedRules(timer));
  const [base, setBase] = useState(now);
  return (
    <Card title="Countdown and rules" words="They hold for trades from now on; the present deadline stays.">
      {now === base ? null : (
        <p class="note">
          The rules are others than when this form was filled.{' '}
          <button type="button" class="link" onClick={() => setBase(now)}>
            Show those in force
          </button>
        </p>
      )}
      <RulesForm
        key={base}
        timer={timer}
        onDone={(changed) => {
          setBase(JSON.stringify(typedRules(changed)));
          onDone();
        }}
      />
    </Card>
  );
}

function RulesForm(props: {
  readonly timer: PanelTimer;
  readonly onDone: (changed: PanelTimer) => void;
}): VNode {
  const { timer } = props;
  const { door, tell } = useAround();
  const [rules, setRules] = useState(() => typedRules(timer));
  const [reason, setReason] = useState('');
  const act = async (): Promise<void> => {
    const input = {
      id: timer.id,
      expectedEpoch: timer.epoch,
      durationMs: msOf(rules.duration) ?? null,
      rules: rulesInput(rules),
      reason: typedText(reason),
    };
    const { updateTimer } = await door.ask(UpdateTimerDocument, { input });
    tell(`The rules of ${timer.id} are changed.`);
    props.onDone(updateTimer.timer);
  };
  return (
    <Form verb="Save the rules" act={act}>
      {(refusal) => (
        <div class="fields">
          <RulesFields typed={rules} set={(part) => setRules({ ...rules, ...part })} refusal={refusal} />
          <ReasonField value={reason} onValue={setReason} wrong={wrongWith(refusal, 'reason')} />
        </div>
      )}
    </Form>
  );
}
