import type { VNode } from 'preact';
import { ageText } from '../../timer/words';
import { useAround, useAsked, useMay } from '../door/use-door';
import { Go } from '../go';
import { goTo } from '../route';
import { useQuestion } from '../parts/ask-first';
import { Button } from '../parts/button';
import { Card } from '../parts/card';
import { Facts } from '../parts/facts';
import { Moment } from '../parts/moment';
import { PageHead } from '../parts/page-head';
import { RefusalNote } from '../parts/refusal-note';
import { Countdown } from './countdown';
import { DeleteTimerDocument, PanelTimerByIdDocument } from './operations.generated';
import { PastCards } from './past-cards';
import { RulesCard } from './rules-card';
import { TimerActs } from './timer-acts';
import { TokenCard } from './token-card';
import { rulesText } from './timer-words';
import { useLive } from './use-timer';
import type { PanelTimer } from './use-timer';
import { WatchedCard } from './watched-card';

/** One timer with all that can be changed about it. */
export function TimerView({ id }: { readonly id: string }): VNode {
  const { data, refusal, again } = useAsked(PanelTimerByIdDocument, { id });
  if (data === null)
    return (
      <>
        <PageHead title={id} />
        <RefusalNote refusal={refusal} again={again} />
        {refusal === null ? <p class="loading">Asking…</p> : null}
      </>
    );
  if (data.timer === null)
    return (
      <>
        <PageHead title={id} />
        <p class="note">
          There is no timer of this id. <Go to="/admin/timers">All timers</Go>
        </p>
      </>
    );
  return <Whole asked={data.timer} again={again} />;
}

function Whole({ asked, again }: { readonly asked: PanelTimer; readonly again: () => void }): VNode {
  const timer = useLive(asked);
  const mayChange = useMay('ADMIN');
  return (
    <>
      <PageHead
        title={
          <>
            <Go to="/admin/timers" class="crumb">
              Timers
            </Go>{' '}
            {timer.id}
          </>
        }
        words={rulesText(timer)}
      >
        <a class="button plain" href={`/t/${timer.id}`} target="_blank" rel="noopener">
          Its page<span class="unseen"> (in a new tab)</span>
        </a>
        <TimerActs timer={timer} onDone={again} />
      </PageHead>
      <div class="grid two">
        <NowCard timer={timer} />
        {mayChange ? <RulesCard timer={timer} onDone={again} /> : null}
        <TokenCard timer={timer} onDone={again} />
        <WatchedCard timer={timer} onDone={again} />
        <PastCards timer={timer} />
        {mayChange ? <DeleteCard id={timer.id} /> : null}
      </div>
    </>
  );
}

function NowCard({ timer }: { readonly timer: PanelTimer }): VNode {
  const { door } = useAround();
  const { lastTrade } = timer;
  return (
    <Card title="Now">
      <Countdown timer={timer} />
      <Facts
        of={[
          ['Round opened', <Moment key="at" at={timer.startedAt} />],
          ['Deadline', <Moment key="until" at={timer.deadline} />],
          ['Last trade', lastTrade === null ? 'none' : ageText(door.now() - lastTrade.blockTime)],
          ['State', `epoch ${timer.epoch}, revision ${timer.revision}`],
          ['Viewers', timer.viewers],
        ]}
      />
    </Card>
  );
}

function DeleteCard({ id }: { readonly id: string }): VNode {
  const { door } = useAround();
  const [ask, asked] = useQuestion();
  const remove = (): void =>
    ask({
      title: `Delete ${id}?`,
      words: 'It disappears for everybody at once, and cannot be brought back.',
      verb: 'Delete for ever',
      isDangerous: true,
      hasReason: true,
      typed: id,
      act: ({ reason }) => door.ask(DeleteTimerDocument, { id, reason }),
      done: `${id} is deleted.`,
      onDone: () => goTo('/admin/timers'),
    });
  return (
    <Card
      title="Delete"
      class="danger wide"
      words="For ever: an open round ends without a winner. Its history stays, and its id is not given again."
    >
      <Button kind="danger" onClick={remove}>
        Delete {id}
      </Button>
      {asked}
    </Card>
  );
}
