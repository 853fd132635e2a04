import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Door } from '../door/door';
import { useAct, useAround, useMay } from '../door/use-door';
import { useQuestion } from '../parts/ask-first';
import { Button } from '../parts/button';
import { Card } from '../parts/card';
import { RefusalNote } from '../parts/refusal-note';
import { useSettings } from '../settings/use-settings';
import { HeliusList } from './helius-list';
import {
  HeliusWebhooksDocument,
  RegisterHeliusWebhookDocument,
  TestHeliusWebhookDocument,
  WatchedAddressesDocument,
} from './operations.generated';
import type { HeliusWebhooksQuery, TestHeliusWebhookMutation } from './operations.generated';

type Test = TestHeliusWebhookMutation['testHeliusWebhook']['test'];

/** What a look at Helius has found. */
interface Seen {
  readonly webhooks: HeliusWebhooksQuery['heliusWebhooks'];
  readonly watched: readonly string[];
}

async function lookAt(door: Door): Promise<Seen> {
  const [{ heliusWebhooks }, { timers }] = await Promise.all([
    door.ask(HeliusWebhooksDocument, {}),
    door.ask(WatchedAddressesDocument, {}),
  ]);
  const watched = [...new Set(timers.flatMap(({ watchedAddresses }) => watchedAddresses))];
  return { webhooks: heliusWebhooks, watched };
}

/** Our webhook at Helius; a look at it costs credits, so it is taken when it is asked for. */
export function HeliusCard(): VNode {
  const { door, tell } = useAround();
  const { isBusy, refusal, run } = useAct();
  const [seen, setSeen] = useState<Seen | null>(null);
  const [test, setTest] = useState<Test | null>(null);
  const [ask, asked] = useQuestion();
  const mayChange = useMay('ADMIN');
  const isOn = useSettings().data?.settings.monitoring.sources.webhook ?? false;
  const look = async (): Promise<void> => setSeen(await lookAt(door));
  const tryIt = async (): Promise<void> => {
    setTest(null);
    const found = (await door.ask(TestHeliusWebhookDocument, {})).testHeliusWebhook.test;
    setTest(found);
    tell(found.ok ? 'Our address answers.' : 'Our address does not answer as Helius needs it.');
  };
  const register = (): void =>
    ask({
      title: 'Register our webhook?',
      words:
        'It is made, or brought back to how it should be: once, raw, active, for all watched addresses. Costs 200 to 400 credits.',
      verb: 'Register',
      act: () => door.ask(RegisterHeliusWebhookDocument, {}),
      done: 'Our webhook is as it should be.',
      onDone: () => void run(look),
    });
  return (
    <Card
      title="Helius"
      isBusy={isBusy}
      words={`Webhook mode is ${isOn ? 'on: our webhook is kept as it should be by itself' : 'off: polling alone reads the chain'}. It is switched in Monitoring.`}
    >
      <div class="acts">
        <Button icon="again" isBusy={isBusy} onClick={() => void run(look)}>
          Look at Helius (100 credits)
        </Button>
        <Button isBusy={isBusy} onClick={() => void run(tryIt)}>
          Test our address
        </Button>
        {mayChange ? <Button onClick={register}>Register our webhook…</Button> : null}
      </div>
      <RefusalNote refusal={refusal} />
      {test === null ? null : (
        <p class={`note ${test.ok ? '' : 'bad'}`} role="status">
          {test.message} ({test.status === null ? 'no answer' : `status ${test.status}`}, {test.durationMs}{' '}
          ms)
        </p>
      )}
      {seen === null ? null : <HeliusList {...seen} again={() => void run(look)} />}
      {asked}
    </Card>
  );
}
