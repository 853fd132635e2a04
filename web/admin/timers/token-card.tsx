import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { shortAddress } from '../../timer/words';
import type { Door } from '../door/door';
import { useAround, useMay } from '../door/use-door';
import { Address } from '../parts/address';
import { useQuestion } from '../parts/ask-first';
import type { Question } from '../parts/ask-first';
import { Card } from '../parts/card';
import { TextField } from '../parts/field';
import { Form } from '../parts/form';
import { UpdateTimerDocument } from './operations.generated';
import { END_VOID } from './timer-acts';
import type { PanelTimer } from './use-timer';

/** Which token the timer is about; a change is asked twice. */
export function TokenCard(props: { readonly timer: PanelTimer; readonly onDone: () => void }): VNode {
  const { timer, onDone } = props;
  const { door } = useAround();
  const mayChange = useMay('ADMIN');
  const [next, setNext] = useState('');
  const [ask, asked] = useQuestion();
  const token = next.trim();
  const isOther = token !== '' && token !== timer.tokenAddress;
  const changed = (): void => {
    setNext('');
    onDone();
  };
  const askSecond = (): void => ask({ ...secondOf(timer, token, door), onDone: changed });
  const askFirst = async (): Promise<void> => {
    ask({ ...firstOf(timer), onDone: askSecond });
    await Promise.resolve();
  };
  return (
    <Card title="Token">
      <p>
        <Address of={timer.tokenAddress} isWhole />
      </p>
      {mayChange ? (
        <Form verb="Change the token…" kind="danger" isOff={!isOther} act={askFirst}>
          {() => <TextField label="Another token" hint="Its mint." value={next} onValue={setNext} isCode />}
        </Form>
      ) : null}
      {asked}
    </Card>
  );
}

function firstOf(timer: PanelTimer): Question {
  return {
    title: `Change the token of ${timer.id}?`,
    words: (
      <ul>
        <li>Round {timer.round} ends void, without a winner, if it is open.</li>
        <li>Learned pools are forgotten, and reading begins at now.</li>
        <li>
          Trades of <code>{shortAddress(timer.tokenAddress)}</code> stay as history and count no more.
        </li>
      </ul>
    ),
    verb: 'Go on',
    isDangerous: true,
    act: () => Promise.resolve(),
  };
}

function secondOf(timer: PanelTimer, tokenAddress: string, door: Door): Question {
  const { id, epoch: expectedEpoch } = timer;
  return {
    title: 'Are you sure?',
    words: (
      <p>
        From <code>{timer.tokenAddress}</code> to <code>{tokenAddress}</code>. Everybody sees it at once.
      </p>
    ),
    verb: 'Change the token',
    isDangerous: true,
    hasReason: true,
    typed: id,
    force: timer.status === 'SETTLING' ? END_VOID : null,
    act: ({ reason, isForced }) =>
      door.ask(UpdateTimerDocument, { input: { id, tokenAddress, expectedEpoch, reason, force: isForced } }),
    done: `${id} watches another token now.`,
  };
}
