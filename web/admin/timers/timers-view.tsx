import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { ageText, amountText, shortAddress } from '../../timer/words';
import { useAround, useAsked, useMay } from '../door/use-door';
import { Go } from '../go';
import { Address } from '../parts/address';
import { Button } from '../parts/button';
import { Facts } from '../parts/facts';
import { PageHead } from '../parts/page-head';
import { RefusalNote } from '../parts/refusal-note';
import { useSystem } from '../system/use-system';
import { Countdown } from './countdown';
import { NewTimer } from './new-timer';
import { PanelTimersDocument } from './operations.generated';
import { TimerActs } from './timer-acts';
import { rulesText } from './timer-words';
import { useLive } from './use-timer';
import type { PanelTimer } from './use-timer';

/** All timers, live. */
export function TimersView(): VNode {
  const { status } = useSystem();
  const { data, refusal, isAsking, again } = useAsked(PanelTimersDocument, {}, status?.timers);
  const [isNew, setNew] = useState(false);
  const mayChange = useMay('ADMIN');
  return (
    <>
      <PageHead
        title="Timers"
        words="Each timer counts down for everybody; trades of its token move its deadline."
      >
        {mayChange ? (
          <Button kind="main" icon="plus" onClick={() => setNew(true)}>
            New timer
          </Button>
        ) : null}
      </PageHead>
      <RefusalNote refusal={refusal} again={again} />
      {data === null && isAsking ? (
        <p class="loading" role="status">
          Asking…
        </p>
      ) : null}
      <div class="grid timers">
        {data?.timers.map((timer) => (
          <TimerCard key={timer.id} asked={timer} onDone={again} />
        ))}
      </div>
      {isNew ? <NewTimer onClose={() => setNew(false)} onDone={again} /> : null}
    </>
  );
}

function TimerCard(props: { readonly asked: PanelTimer; readonly onDone: () => void }): VNode {
  const timer = useLive(props.asked);
  return (
    <section class="card timer" aria-label={timer.id}>
      <header>
        <h2>
          <Go to={`/admin/timers/${timer.id}`}>{timer.id}</Go>
        </h2>
        <div class="beside">
          <Address of={timer.tokenAddress} />
        </div>
      </header>
      <Countdown timer={timer} />
      <p class="rules">{rulesText(timer)}</p>
      <Facts
        of={[
          ['Last trade', <LastTrade key="trade" of={timer} />],
          ['Viewers', timer.viewers],
        ]}
      />
      <div class="acts">
        <TimerActs timer={timer} onDone={props.onDone} />
        <Go to={`/admin/timers/${timer.id}`} class="button plain">
          Rules and history<span class="unseen"> of {timer.id}</span>
        </Go>
      </div>
    </section>
  );
}

function LastTrade({ of: { lastTrade } }: { readonly of: PanelTimer }): VNode {
  const { door } = useAround();
  if (lastTrade === null) return <>none in this round</>;
  return (
    <>
      <span data-side={lastTrade.side}>{lastTrade.side === 'BUY' ? 'buy' : 'sale'}</span> of{' '}
      {amountText(lastTrade.amount)} by <code>{shortAddress(lastTrade.trader)}</code>,{' '}
      {ageText(door.now() - lastTrade.blockTime)}
    </>
  );
}
