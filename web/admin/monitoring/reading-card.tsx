import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { costOf } from '../credits/modes-card';
import type { Usage } from '../credits/use-credits';
import { useAround, useMay } from '../door/use-door';
import { Card } from '../parts/card';
import { Choices, ReasonField, TextField, Toggle } from '../parts/field';
import { Form } from '../parts/form';
import { briefly, msOf, secondsOf } from '../parts/numbers';
import { wrongWith } from '../parts/refusal-note';
import { typedText } from '../parts/typed';
import { UpdateMonitoringDocument } from '../settings/operations.generated';
import type { UpdateMonitoringInput } from '../settings/operations.generated';
import type { Settings } from '../settings/use-settings';
import { MODES, modeWords } from './mode-words';
import type { Mode } from './mode-words';

type Completeness = Settings['monitoring']['completeness'];

interface Typed {
  readonly isRead: boolean;
  readonly mode: Mode;
  readonly completeness: Completeness;
  readonly fixed: string;
  readonly reason: string;
}

function typedOf({ monitoring }: Settings): Typed {
  return {
    isRead: monitoring.readingEnabled,
    mode: monitoring.mode,
    completeness: monitoring.completeness,
    fixed: secondsOf(monitoring.fixedIntervalMs),
    reason: '',
  };
}

function inputOf(typed: Typed, expectedVersion: number): UpdateMonitoringInput {
  return {
    readingEnabled: typed.isRead,
    mode: typed.mode,
    completeness: typed.completeness,
    fixedIntervalMs: msOf(typed.fixed) ?? null,
    expectedVersion,
    reason: typedText(typed.reason),
  };
}

/** Whether, how eagerly and how completely the chain is read. */
export function ReadingCard(props: {
  readonly settings: Settings;
  readonly usage: Usage | null;
  readonly onDone: () => void;
}): VNode {
  const { settings, usage } = props;
  const { door, tell } = useAround();
  const mayOperate = useMay('OPERATE');
  const [typed, setTyped] = useState(() => typedOf(settings));
  const set = (part: Partial<Typed>): void => setTyped((before) => ({ ...before, ...part }));
  return (
    <Card title="Reading">
      <Form
        verb="Save"
        isOff={!mayOperate}
        act={() => door.ask(UpdateMonitoringDocument, { input: inputOf(typed, settings.version) })}
        onDone={() => {
          tell('The chain is read as you chose.');
          props.onDone();
        }}
      >
        {(refusal) => (
          <>
            <Toggle
              label="The chain is read"
              hint="Off: no trade is seen, and no round that depends on trades ends."
              isOn={typed.isRead}
              onValue={(isRead) => set({ isRead })}
            />
            <ModeChoices typed={typed} set={set} settings={settings} usage={usage} />
            <CompletenessChoices typed={typed} set={set} />
            <div class="fields">
              <TextField
                label="Fixed interval instead"
                unit="s"
                hint="1 to 30 s; turns smart polling off, whatever the mode. Empty: the mode decides."
                isNumber
                value={typed.fixed}
                onValue={(fixed) => set({ fixed })}
                wrong={wrongWith(refusal, 'fixedIntervalMs')}
              />
              <ReasonField
                value={typed.reason}
                onValue={(reason) => set({ reason })}
                wrong={wrongWith(refusal, 'reason')}
              />
            </div>
          </>
        )}
      </Form>
    </Card>
  );
}

function ModeChoices(props: {
  readonly typed: Typed;
  readonly set: (part: Partial<Typed>) => void;
  readonly settings: Settings;
  readonly usage: Usage | null;
}): VNode {
  const { typed, set, settings, usage } = props;
  const cost = (mode: Mode): string | null => {
    const credits = usage === null ? null : costOf(usage, mode, typed.completeness);
    return credits === null ? null : `${briefly(credits)} credits`;
  };
  return (
    <Choices
      legend="How eagerly, with what it would have cost on the last 24 hours"
      value={typed.mode}
      onValue={(mode) => set({ mode })}
      options={MODES.map((mode) => ({
        value: mode,
        title: mode.charAt(0) + mode.slice(1).toLowerCase(),
        words: modeWords(mode, settings.monitoring.bounds),
        beside: cost(mode),
      }))}
    />
  );
}

function CompletenessChoices(props: {
  readonly typed: Typed;
  readonly set: (part: Partial<Typed>) => void;
}): VNode {
  return (
    <Choices
      legend="How much is recorded; winners and ends of rounds are the same either way"
      value={props.typed.completeness}
      onValue={(completeness) => props.set({ completeness })}
      options={[
        {
          value: 'FULL',
          title: 'Every trade',
          words: 'All trades are fetched: history, charts and volumes are whole.',
        },
        {
          value: 'DEADLINE',
          title: 'Only what decides',
          words:
            'Only trades that decide a deadline or a winner are fetched; rounds say that they are not complete. Timers that extend are always read whole.',
        },
      ]}
    />
  );
}
