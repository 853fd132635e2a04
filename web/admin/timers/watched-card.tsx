import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { shortAddress } from '../../timer/words';
import { useAround, useMay } from '../door/use-door';
import { Address } from '../parts/address';
import { useQuestion } from '../parts/ask-first';
import { Button } from '../parts/button';
import { Card } from '../parts/card';
import { TextField } from '../parts/field';
import { Form } from '../parts/form';
import { wrongWith } from '../parts/refusal-note';
import { Tag } from '../parts/tag';
import { AddWatchedAddressDocument, RemoveWatchedAddressDocument } from './operations.generated';
import type { PanelTimer } from './use-timer';

interface Props {
  readonly timer: PanelTimer;
  readonly onDone: () => void;
}

/** What is read for a timer. */
export function WatchedCard({ timer, onDone }: Props): VNode {
  const { door } = useAround();
  const mayOperate = useMay('OPERATE');
  const [ask, asked] = useQuestion();
  const remove = (address: string): void =>
    ask({
      title: `Read ${shortAddress(address)} no more?`,
      words: 'Trades of it that the mint does not list will be missed.',
      verb: 'Remove',
      isDangerous: true,
      hasReason: true,
      act: ({ reason }) => door.ask(RemoveWatchedAddressDocument, { timerId: timer.id, address, reason }),
      done: `${shortAddress(address)} is read no more.`,
      onDone,
    });
  return (
    <Card
      title="Watched addresses"
      words="The mint, and pools or vaults that are read beside it. Each costs a call with every look."
    >
      <ul class="plain rows">
        {timer.watchedAddresses.map((address) => (
          <li key={address}>
            <Address of={address} />
            {address === timer.tokenAddress ? (
              <Tag tone="accent">mint</Tag>
            ) : mayOperate ? (
              <Button onClick={() => remove(address)} about={shortAddress(address)}>
                Remove
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {mayOperate ? <AddForm timer={timer} onDone={onDone} /> : null}
      {asked}
    </Card>
  );
}

function AddForm({ timer, onDone }: Props): VNode {
  const { door, tell } = useAround();
  const [typed, setTyped] = useState('');
  const address = typed.trim();
  return (
    <Form
      verb="Read it too"
      kind="plain"
      act={() => door.ask(AddWatchedAddressDocument, { timerId: timer.id, address, reason: null })}
      onDone={() => {
        tell(`${shortAddress(address)} is read from now on.`);
        setTyped('');
        onDone();
      }}
    >
      {(refusal) => (
        <div class="fields">
          <TextField
            label="Another address"
            hint="A pool, or a vault of one."
            value={typed}
            onValue={setTyped}
            wrong={wrongWith(refusal, 'address')}
            isRequired
            isCode
            isWide
          />
        </div>
      )}
    </Form>
  );
}
