import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useAround, useMay } from '../door/use-door';
import { Card } from '../parts/card';
import { TextField } from '../parts/field';
import { Form } from '../parts/form';
import { msOf, secondsOf } from '../parts/numbers';
import { wrongWith } from '../parts/refusal-note';
import { UpdateMonitoringDocument } from '../settings/operations.generated';
import type { Settings } from '../settings/use-settings';

interface Typed {
  readonly mode: Settings['monitoring']['bounds'][number]['mode'];
  readonly min: string;
  readonly max: string;
}

function typedOf({ monitoring }: Settings): readonly Typed[] {
  return monitoring.bounds.map(({ mode, minMs, maxMs }) => ({
    mode,
    min: secondsOf(minMs),
    max: secondsOf(maxMs),
  }));
}

/** Between which intervals each mode chooses. */
export function BoundsCard(props: { readonly settings: Settings; readonly onDone: () => void }): VNode {
  const { settings } = props;
  const { door, tell } = useAround();
  const [typed, setTyped] = useState(() => typedOf(settings));
  const set = (mode: string, part: { min?: string; max?: string }): void =>
    setTyped((before) => before.map((one) => (one.mode === mode ? { ...one, ...part } : one)));
  const input = {
    bounds: typed.map(({ mode, min, max }) => ({ mode, minMs: msOf(min) ?? null, maxMs: msOf(max) ?? null })),
    expectedVersion: settings.version,
  };
  const field = { unit: 's', isNumber: true, isRequired: true };
  return (
    <Card
      title="Intervals"
      words="Shortest and longest time between two looks, 10 to 300 s; economy may wait up to the deadline. The look at a deadline comes in any case."
    >
      <Form
        verb="Save the intervals"
        isOff={!useMay('OPERATE')}
        act={() => door.ask(UpdateMonitoringDocument, { input })}
        onDone={() => {
          tell('The intervals are changed.');
          props.onDone();
        }}
      >
        {(refusal) => (
          <div class="bounds">
            {typed.map(({ mode, min, max }) => (
              <div class="fields" key={mode}>
                <TextField
                  {...field}
                  label={`${mode.toLowerCase()} from`}
                  value={min}
                  onValue={(value) => set(mode, { min: value })}
                  wrong={wrongWith(refusal, `${mode}.minMs`)}
                />
                <TextField
                  {...field}
                  label={`${mode.toLowerCase()} to`}
                  value={max}
                  onValue={(value) => set(mode, { max: value })}
                  wrong={wrongWith(refusal, `${mode}.maxMs`)}
                />
              </div>
            ))}
          </div>
        )}
      </Form>
    </Card>
  );
}
