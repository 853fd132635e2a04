import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { amountText, shortAddress } from '../../timer/words';
import { useAsked } from '../door/use-door';
import { Card } from '../parts/card';
import { Moment } from '../parts/moment';
import { RefusalNote } from '../parts/refusal-note';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import { TimerPastDocument } from './operations.generated';
import type { TimerPastQuery } from './operations.generated';
import type { PanelTimer } from './use-timer';

type Round = TimerPastQuery['rounds']['nodes'][number];
type Event = TimerPastQuery['timerEvents']['nodes'][number];

/** The history is written a moment after it is told, and later where much is written. */
const HISTORY_LAGS_MS = [1_500, 6_000];

/** Last rounds and events of a timer. */
export function PastCards({ timer }: { readonly timer: PanelTimer }): VNode {
  const moment = `${timer.epoch} ${timer.revision}`;
  const { data, refusal, isAsking, again } = useAsked(TimerPastDocument, { id: timer.id }, moment);
  useEffect(() => {
    const timers = HISTORY_LAGS_MS.map((lagMs) => setTimeout(again, lagMs));
    return () => timers.forEach((one) => clearTimeout(one));
  }, [moment, again]);
  const isFirst = isAsking && data === null;
  return (
    <>
      <Card title="Rounds" class="wide" isBusy={isFirst}>
        <RefusalNote refusal={refusal} again={again} />
        <Rounds rounds={data?.rounds.nodes ?? []} />
      </Card>
      <Card
        title="Events"
        class="wide"
        isBusy={isFirst}
        words="What trades, settling and administrators did to it, newest first."
      >
        <Events events={data?.timerEvents.nodes ?? []} />
      </Card>
    </>
  );
}

function Rounds({ rounds }: { readonly rounds: readonly Round[] }): VNode {
  return (
    <Table
      caption="Rounds"
      empty="None yet."
      heads={[
        { name: 'Round' },
        { name: 'Opened' },
        { name: 'Ended' },
        { name: 'Trades', isNumber: true },
        { name: 'Volume', isNumber: true },
        { name: 'Outcome' },
      ]}
      rows={rounds.map((round) => ({
        key: String(round.number),
        cells: [
          round.number,
          <Moment key="opened" at={round.startedAt} />,
          <Moment key="ended" at={round.endedAt} />,
          round.trades,
          amountText(round.volume),
          <Outcome key="outcome" round={round} />,
        ],
      }))}
    />
  );
}

function Outcome({ round }: { readonly round: Round }): VNode {
  const incomplete = round.complete ? null : <Tag tone="warn">not all fetched</Tag>;
  if (round.endedAt === null)
    return (
      <>
        <Tag tone="good">open</Tag> {incomplete}
      </>
    );
  if (round.void) return <Tag tone="calm">void</Tag>;
  return (
    <>
      {round.winner === null ? 'no winner' : <code title={round.winner}>{shortAddress(round.winner)}</code>}{' '}
      {incomplete}
    </>
  );
}

function Events({ events }: { readonly events: readonly Event[] }): VNode {
  return (
    <Table
      caption="Events"
      empty="None yet."
      heads={[{ name: 'When' }, { name: 'What' }, { name: 'By' }, { name: 'Reason or trade' }]}
      rows={events.map((event) => ({
        key: event.id,
        cells: [
          <Moment key="at" at={event.at} />,
          event.type.toLowerCase().replace('_', ' '),
          event.actor,
          event.trade === null
            ? (event.reason ?? '–')
            : `${event.trade.side === 'BUY' ? 'buy' : 'sale'} of ${amountText(event.trade.amount)} by ${shortAddress(event.trade.trader)}`,
        ],
      }))}
    />
  );
}
