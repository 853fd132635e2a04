import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { useTimer } from '../../client/src/react';
import { clockText } from '../../client/src/timer-state';
import type { TimerState, TimerView } from '../../client/src/timer-state';
import { addressLink } from '../timer/explorer';
import { counted, shortAddress } from '../timer/words';
import { ChartCard } from './chart-card';
import { Header } from './header';
import { Hero, moodOf } from './hero';
import { Notices } from './notices';
import { RoundsCard } from './rounds-card';
import { TradesCard } from './trades-card';
import { useCues } from './use-cues';
import { useFeed } from './use-feed';

/** The public page of one timer. */
export function CountdownPage({ timerId }: { readonly timerId: string }): VNode {
  const { state, connection, client } = useTimer({ url: location.origin, timerId });
  const view = client?.view() ?? null;
  const now = client?.now() ?? null;
  const cues = useCues(state, view);
  const feed = useFeed(client, state);
  useTitle(view);
  return (
    <div class="page" data-mood={moodOf(view)}>
      <Header
        connection={connection}
        clock={client?.clock ?? null}
        isLoud={cues.isLoud}
        setLoud={cues.setLoud}
      />
      <main>
        <Notices connection={connection} state={state} />
        <Hero state={state} view={view} moves={cues.moves} now={now} />
        <p class="unseen" role="status" aria-live="polite">
          <span key={cues.count}>{cues.text}</span>
        </p>
        <div class="cards">
          <TradesCard trades={feed.trades} now={now} />
          <ChartCard client={client} told={feed.told} />
          <RoundsCard rounds={feed.rounds} now={now} />
        </div>
      </main>
      <Footer state={state} />
    </div>
  );
}

function useTitle(view: TimerView | null): void {
  const text = view === null ? 'Darwin Timer' : `${titleOf(view)} · Darwin Timer`;
  useEffect(() => {
    document.title = text;
  }, [text]);
}

function titleOf({ status, remainingMs }: TimerView): string {
  if (status === 'RUNNING') return clockText(remainingMs);
  return { PAUSED: 'Paused', SETTLING: 'Checking the chain', EXPIRED: 'Round over' }[status];
}

function Footer({ state }: { readonly state: TimerState | null }): VNode {
  return (
    <footer>
      {state === null ? (
        <p>&nbsp;</p>
      ) : (
        <p>
          Token{' '}
          <a
            href={addressLink(state.tokenAddress)}
            target="_blank"
            rel="noopener noreferrer"
            title={state.tokenAddress}
          >
            {shortAddress(state.tokenAddress)}
            <span class="unseen"> (in a new tab)</span>
          </a>{' '}
          · {counted(state.viewers, 'viewer')}
        </p>
      )}
      <p>
        What counts is the time of the Solana block that holds a trade, in whole seconds. At zero the chain is
        read up to the deadline before anybody has won.
      </p>
    </footer>
  );
}
