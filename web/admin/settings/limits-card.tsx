import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Refusal } from '../../graphql/refusal';
import { useAround, useMay } from '../door/use-door';
import { Card } from '../parts/card';
import { ReasonField, TextField, Toggle } from '../parts/field';
import { Form } from '../parts/form';
import { msOf, secondsOf } from '../parts/numbers';
import { wrongWith } from '../parts/refusal-note';
import { typedNumber, typedText } from '../parts/typed';
import { UpdateSettingsDocument } from './operations.generated';
import type { LimitSettingsInput } from './operations.generated';
import type { Settings } from './use-settings';

const COUNTS = [
  ['maxRequests', 'One address', 'points'],
  ['keyMaxRequests', 'One key or session', 'points'],
  ['adminMaxChanges', 'Changes of one of them', 'changes'],
  ['webhookMaxRequests', 'Pushes of one address', 'pushes'],
  ['maxConnects', 'Sockets of one address', 'sockets'],
  ['maxSubscribes', 'Begun on its sockets', 'operations'],
] as const;

type Count = (typeof COUNTS)[number][0];

interface Typed extends Record<Count, string> {
  readonly isEnabled: boolean;
  readonly isIntrospectionEnabled: boolean;
  readonly window: string;
  readonly timeout: string;
  readonly reason: string;
}

function typedOf({ limits }: Settings): Typed {
  return {
    maxRequests: String(limits.maxRequests),
    keyMaxRequests: String(limits.keyMaxRequests),
    adminMaxChanges: String(limits.adminMaxChanges),
    webhookMaxRequests: String(limits.webhookMaxRequests),
    maxConnects: String(limits.maxConnects),
    maxSubscribes: String(limits.maxSubscribes),
    isEnabled: limits.enabled,
    isIntrospectionEnabled: limits.introspectionEnabled,
    window: secondsOf(limits.windowMs),
    timeout: secondsOf(limits.operationTimeoutMs),
    reason: '',
  };
}

function inputOf(typed: Typed): LimitSettingsInput {
  return {
    enabled: typed.isEnabled,
    introspectionEnabled: typed.isIntrospectionEnabled,
    windowMs: msOf(typed.window) ?? null,
    operationTimeoutMs: msOf(typed.timeout) ?? null,
    maxRequests: typedNumber(typed.maxRequests),
    keyMaxRequests: typedNumber(typed.keyMaxRequests),
    adminMaxChanges: typedNumber(typed.adminMaxChanges),
    webhookMaxRequests: typedNumber(typed.webhookMaxRequests),
    maxConnects: typedNumber(typed.maxConnects),
    maxSubscribes: typedNumber(typed.maxSubscribes),
  };
}

/** What one client may ask for. */
export function LimitsCard({
  settings,
  onDone,
}: {
  readonly settings: Settings;
  readonly onDone: () => void;
}): VNode {
  const { door, tell } = useAround();
  const [typed, setTyped] = useState(() => typedOf(settings));
  const set = (part: Partial<Typed>): void => setTyped((before) => ({ ...before, ...part }));
  const act = (): Promise<unknown> =>
    door.ask(UpdateSettingsDocument, {
      input: { limits: inputOf(typed), reason: typedText(typed.reason) },
      expectedVersion: settings.version,
    });
  return (
    <Card
      title="Limits"
      words="What one client may ask for in a sliding window. A plain request costs one point."
    >
      <Form
        verb="Save the limits"
        isOff={!useMay('ADMIN')}
        act={act}
        onDone={() => {
          tell('The limits are changed.');
          onDone();
        }}
      >
        {(refusal) => <LimitFields typed={typed} set={set} refusal={refusal} />}
      </Form>
    </Card>
  );
}

function LimitFields(props: {
  readonly typed: Typed;
  readonly set: (part: Partial<Typed>) => void;
  readonly refusal: Refusal | null;
}): VNode {
  const { typed, set, refusal } = props;
  const time = { isNumber: true, isRequired: true, unit: 's' };
  return (
    <>
      <Toggle label="Enforced" isOn={typed.isEnabled} onValue={(isEnabled) => set({ isEnabled })} />
      <div class="fields">
        {COUNTS.map(([name, label, unit]) => (
          <TextField
            key={name}
            label={label}
            unit={unit}
            isNumber
            isRequired
            value={typed[name]}
            onValue={(value) => set({ [name]: value })}
            wrong={wrongWith(refusal, name)}
          />
        ))}
        <TextField
          {...time}
          label="Window"
          value={typed.window}
          onValue={(window) => set({ window })}
          wrong={wrongWith(refusal, 'windowMs')}
        />
        <TextField
          {...time}
          label="An operation may take"
          value={typed.timeout}
          onValue={(timeout) => set({ timeout })}
          wrong={wrongWith(refusal, 'operationTimeoutMs')}
        />
      </div>
      <Toggle
        label="Everybody may ask for the schema"
        isOn={typed.isIntrospectionEnabled}
        onValue={(isIntrospectionEnabled) => set({ isIntrospectionEnabled })}
      />
      <ReasonField
        value={typed.reason}
        onValue={(reason) => set({ reason })}
        wrong={wrongWith(refusal, 'reason')}
      />
    </>
  );
}
