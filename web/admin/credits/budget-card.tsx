import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Refusal } from '../../graphql/refusal';
import { useAround, useMay } from '../door/use-door';
import { Card } from '../parts/card';
import { ReasonField, TextField } from '../parts/field';
import { Form } from '../parts/form';
import { grouped } from '../parts/numbers';
import { wrongWith } from '../parts/refusal-note';
import { typedNumber, typedText } from '../parts/typed';
import { UpdateMonitoringDocument } from '../settings/operations.generated';
import type { UpdateMonitoringInput } from '../settings/operations.generated';
import type { Settings } from '../settings/use-settings';
import type { Usage } from './use-credits';

const asPercent = (ratio: number): string => String(Number((ratio * 100).toFixed(2)));
const asRatio = (typed: string): number | null => {
  const number = typedNumber(typed);
  return number === null ? null : number / 100;
};

interface Typed {
  readonly credits: string;
  readonly soft: string;
  readonly hard: string;
  readonly plan: string;
  readonly reason: string;
}

function typedOf({ monitoring: { budget, planName } }: Settings): Typed {
  return {
    credits: budget.creditsPerMonth === null ? '' : String(budget.creditsPerMonth),
    soft: asPercent(budget.softRatio),
    hard: asPercent(budget.hardRatio),
    plan: planName ?? '',
    reason: '',
  };
}

function inputOf(typed: Typed, expectedVersion: number): UpdateMonitoringInput {
  return {
    budget: {
      creditsPerMonth: typedNumber(typed.credits),
      softRatio: asRatio(typed.soft),
      hardRatio: asRatio(typed.hard),
    },
    planName: typedText(typed.plan),
    expectedVersion,
    reason: typedText(typed.reason),
  };
}

function planHint({ budget: { planName, planCredits, planCallsPerSecond, plansAsOf } }: Usage): string {
  if (planName === null || planCredits === null || planCallsPerSecond === null)
    return 'Free, Developer, Business or Professional. Empty, or another: no limits are known.';
  return `${planName}: ${grouped(planCredits)} credits a month, ${planCallsPerSecond} calls a second, by the list of ${plansAsOf}.`;
}

/** What reading may cost in a month, and when it becomes cheaper. */
export function BudgetCard(props: {
  readonly settings: Settings;
  readonly usage: Usage;
  readonly onDone: () => void;
}): VNode {
  const { settings, usage } = props;
  const { door, tell } = useAround();
  const [typed, setTyped] = useState(() => typedOf(settings));
  const set = (part: Partial<Typed>): void => setTyped((before) => ({ ...before, ...part }));
  return (
    <Card
      title="Budget"
      words="Near it, reading becomes cheaper by steps; it never stops, and deadlines are always settled."
    >
      <Form
        verb="Save the budget"
        isOff={!useMay('OPERATE')}
        act={() => door.ask(UpdateMonitoringDocument, { input: inputOf(typed, settings.version) })}
        onDone={() => {
          tell('The budget is changed.');
          props.onDone();
        }}
      >
        {(refusal) => (
          <div class="fields">
            <TextField
              label="A month"
              unit="credits"
              hint={
                settings.monitoring.planName === null ? 'Empty: no budget.' : 'Empty: what the plan includes.'
              }
              isNumber
              value={typed.credits}
              onValue={(credits) => set({ credits })}
              wrong={wrongWith(refusal, 'creditsPerMonth')}
            />
            <TextField
              label="Plan of the provider"
              hint={planHint(usage)}
              value={typed.plan}
              onValue={(plan) => set({ plan })}
              wrong={wrongWith(refusal, 'planName')}
            />
            <RatioFields typed={typed} set={set} refusal={refusal} />
            <ReasonField value={typed.reason} onValue={(reason) => set({ reason })} />
          </div>
        )}
      </Form>
    </Card>
  );
}

function RatioFields(props: {
  readonly typed: Typed;
  readonly set: (part: Partial<Typed>) => void;
  readonly refusal: Refusal | null;
}): VNode {
  const { typed, set, refusal } = props;
  const share = { unit: '%', isNumber: true, isRequired: true };
  return (
    <>
      <TextField
        {...share}
        label="Cheaper from"
        value={typed.soft}
        onValue={(soft) => set({ soft })}
        wrong={wrongWith(refusal, 'softRatio')}
      />
      <TextField
        {...share}
        label="Only deadlines from"
        value={typed.hard}
        onValue={(hard) => set({ hard })}
        wrong={wrongWith(refusal, 'hardRatio')}
      />
    </>
  );
}
