import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useAround, useMay } from '../door/use-door';
import { useQuestion } from '../parts/ask-first';
import { Button } from '../parts/button';
import { Card } from '../parts/card';
import { TextField } from '../parts/field';
import { typedNumber } from '../parts/typed';
import { UpdateSettingsDocument } from './operations.generated';
import type { Settings } from './use-settings';

/** How long trades and events are kept. */
export function HistoryCard(props: { readonly settings: Settings; readonly onDone: () => void }): VNode {
  const { settings, onDone } = props;
  const { door } = useAround();
  const now = settings.history.retentionMonths;
  const [typed, setTyped] = useState(now === null ? '' : String(now));
  const [ask, asked] = useQuestion();
  const retentionMonths = typedNumber(typed);
  const save = (): void =>
    ask({
      title: 'Change how long the history is kept?',
      words:
        retentionMonths === null
          ? 'Nothing is dropped any more.'
          : `Trades and events older than ${typed} months are dropped for ever; sums of trades stay.`,
      verb: 'Change it',
      isDangerous: retentionMonths !== null,
      hasReason: true,
      act: ({ reason }) =>
        door.ask(UpdateSettingsDocument, {
          input: { history: { retentionMonths }, reason },
          expectedVersion: settings.version,
        }),
      done: 'How long the history is kept is changed.',
      onDone,
    });
  return (
    <Card title="History" words="Trades and events in Postgres, by whole months.">
      <TextField
        label="Kept for"
        unit="months"
        hint="Empty: for ever."
        isNumber
        value={typed}
        onValue={setTyped}
      />
      <div class="ends">
        <Button kind="main" isOff={!useMay('ADMIN') || retentionMonths === now} onClick={save}>
          Save…
        </Button>
      </div>
      {asked}
    </Card>
  );
}
