import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useAct, useAround, useMay } from '../door/use-door';
import { Button } from '../parts/button';
import { Card } from '../parts/card';
import { Dialog } from '../parts/dialog';
import { ReasonField, TextField, Toggle } from '../parts/field';
import { Form } from '../parts/form';
import { RefusalNote, wrongWith } from '../parts/refusal-note';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import { typedNumber, typedText } from '../parts/typed';
import { measured } from '../system/measured';
import { UpdateAlertRuleDocument } from './operations.generated';
import type { PanelAlertsQuery } from './operations.generated';

type Rule = PanelAlertsQuery['alertRules'][number];

/** All rules, to be switched and changed. */
export function RulesCard(props: { readonly rules: readonly Rule[]; readonly onDone: () => void }): VNode {
  const { rules, onDone } = props;
  const [edited, setEdited] = useState<Rule | null>(null);
  return (
    <Card title="Rules" words="docs/alerts.md says what to do about each.">
      <Table
        caption="Alert rules"
        empty="None."
        heads={[{ name: 'Rule' }, { name: 'Fires when' }, { name: 'More than' }, { name: 'On' }]}
        rows={rules.map((rule) => ({
          key: rule.name,
          ...(rule.enabled ? {} : { mark: 'off' }),
          cells: [
            <>
              <b>{rule.name}</b>{' '}
              <Tag tone={rule.severity === 'CRITICAL' ? 'bad' : 'warn'}>{rule.severity.toLowerCase()}</Tag>
            </>,
            rule.meaning,
            <Threshold key="threshold" rule={rule} onEdit={() => setEdited(rule)} />,
            <Switch key="switch" rule={rule} onDone={onDone} />,
          ],
        }))}
      />
      {edited === null ? null : <EditRule rule={edited} onClose={() => setEdited(null)} onDone={onDone} />}
    </Card>
  );
}

function Threshold({ rule, onEdit }: { readonly rule: Rule; readonly onEdit: () => void }): VNode {
  const mayChange = useMay('ADMIN');
  return (
    <span class="pair">
      {measured(rule.threshold, rule.unit)}
      {mayChange ? (
        <Button onClick={onEdit} about={rule.name}>
          Change
        </Button>
      ) : null}
    </span>
  );
}

function Switch({ rule, onDone }: { readonly rule: Rule; readonly onDone: () => void }): VNode {
  const { door, tell } = useAround();
  const mayChange = useMay('ADMIN');
  const { isBusy, refusal, run } = useAct();
  const turn = async (enabled: boolean): Promise<void> => {
    await door.ask(UpdateAlertRuleDocument, { input: { name: rule.name, enabled } });
    tell(`${rule.name} is ${enabled ? 'on' : 'off'}.`);
    onDone();
  };
  return (
    <>
      <Toggle
        label={<span class="unseen">{rule.name} alerts</span>}
        isOn={rule.enabled}
        isOff={isBusy || !mayChange}
        onValue={(enabled) => void run(() => turn(enabled))}
      />
      <RefusalNote refusal={refusal} />
    </>
  );
}

function EditRule(props: {
  readonly rule: Rule;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): VNode {
  const { rule, onClose } = props;
  const { door, tell } = useAround();
  const [threshold, setThreshold] = useState(String(rule.threshold));
  const [reason, setReason] = useState('');
  const done = (): void => {
    tell(`The threshold of ${rule.name} is changed.`);
    props.onDone();
    onClose();
  };
  const input = { name: rule.name, threshold: typedNumber(threshold), reason: typedText(reason) };
  return (
    <Dialog title={`Threshold of ${rule.name}`} onClose={onClose}>
      <p class="said">{rule.meaning}</p>
      <Form
        verb="Save"
        act={() => door.ask(UpdateAlertRuleDocument, { input })}
        onDone={done}
        onCancel={onClose}
      >
        {(refusal) => (
          <>
            <TextField
              label="Fires above"
              unit={rule.unit}
              hint={`From ${rule.minThreshold} to ${rule.maxThreshold}; empty: the default, ${rule.defaultThreshold}.`}
              isNumber
              isFirst
              value={threshold}
              onValue={setThreshold}
              wrong={wrongWith(refusal, 'threshold')}
            />
            <ReasonField value={reason} onValue={setReason} wrong={wrongWith(refusal, 'reason')} />
          </>
        )}
      </Form>
    </Dialog>
  );
}
