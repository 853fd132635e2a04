import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useAround, useMay } from '../door/use-door';
import { Card } from '../parts/card';
import { TextField, Toggle } from '../parts/field';
import { Form } from '../parts/form';
import { wrongWith } from '../parts/refusal-note';
import { UpdateSettingsDocument } from '../settings/operations.generated';
import type { Settings } from '../settings/use-settings';

/** When warnings wait. */
export function QuietCard(props: { readonly settings: Settings; readonly onDone: () => void }): VNode {
  const { settings } = props;
  const { door, tell } = useAround();
  const { quietHours } = settings.alerts;
  const [isQuiet, setQuiet] = useState(quietHours !== null);
  const [typed, setTyped] = useState(
    quietHours ?? { from: '22:00', to: '07:00', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
  );
  const act = (): Promise<unknown> =>
    door.ask(UpdateSettingsDocument, {
      input: { alerts: { quietHours: isQuiet ? typed : null } },
      expectedVersion: settings.version,
    });
  return (
    <Card title="Quiet hours" words="Warnings wait for their end. Critical alerts never wait.">
      <Form
        verb="Save the quiet hours"
        isOff={!useMay('ADMIN')}
        act={act}
        onDone={() => {
          tell(isQuiet ? 'Warnings wait in the quiet hours.' : 'No warning waits.');
          props.onDone();
        }}
      >
        {(refusal) => (
          <>
            <Toggle label="Warnings wait" isOn={isQuiet} onValue={setQuiet} />
            <div class="fields">
              {(['from', 'to', 'timeZone'] as const).map((name) => (
                <TextField
                  key={name}
                  label={{ from: 'From', to: 'Until', timeZone: 'Time zone' }[name]}
                  placeholder={{ from: 'HH:MM', to: 'HH:MM', timeZone: 'Europe/Lisbon' }[name]}
                  isOff={!isQuiet}
                  isRequired={isQuiet}
                  value={typed[name]}
                  onValue={(value) => setTyped({ ...typed, [name]: value })}
                  wrong={wrongWith(refusal, name)}
                />
              ))}
            </div>
          </>
        )}
      </Form>
    </Card>
  );
}
