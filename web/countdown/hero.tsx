import type { VNode } from 'preact';
import { clockText } from '../../client/src/timer-state';
import type { TimerState, TimerView } from '../../client/src/timer-state';
import { addressLink } from '../timer/explorer';
import { ageText, amountText, shortAddress, wordsFor } from '../timer/words';
import { Icon } from './icons';

/** From here on every second counts. */
const URGENT_MS = 30_000;

/** How the page is coloured at this instant. */
export function moodOf(view: TimerView | null): string {
  if (view === null) return 'loading';
  if (view.status === 'RUNNING' && view.remainingMs <= URGENT_MS) return 'urgent';
  return view.status.toLowerCase();
}

/** The countdown itself. */
export function Hero(props: {
  readonly state: TimerState | null;
  readonly view: TimerView | null;
  readonly moves: number;
  readonly now: number | null;
}): VNode {
  const { state, view, moves, now } = props;
  const text = view === null ? '--:--' : clockText(view.remainingMs);
  const share = state === null || view === null ? 0 : Math.min(1, view.remainingMs / state.durationMs);
  const words = state === null || view === null ? null : wordsFor(state, view.status);
  return (
    <section class="hero" aria-label="Countdown">
      <p class="round">{state === null ? 'Connecting' : `Round ${state.round}`}</p>
      <div
        class={`digits${text.length > 5 ? ' long' : ''}`}
        key={moves}
        data-moved={moves > 0 ? '' : undefined}
      >
        <span role="timer" aria-live="off" class="unseen">
          {text}
        </span>
        <span aria-hidden="true">
          {text.split('').map((digit, place) => (
            <span key={place} class={digit === ':' ? 'colon' : 'digit'}>
              {digit}
            </span>
          ))}
        </span>
      </div>
      <div class="track" aria-hidden="true">
        <div class="bar" style={{ transform: `scaleX(${share.toFixed(4)})` }} />
      </div>
      <p class="title">{words?.title ?? 'Loading the countdown…'}</p>
      <p class="detail">{words?.detail ?? '\u00a0'}</p>
      <Leader state={state} status={view?.status ?? null} now={now} />
    </section>
  );
}

/** Who wins if nobody trades any more, or who has won. */
function Leader(props: {
  readonly state: TimerState | null;
  readonly status: TimerView['status'] | null;
  readonly now: number | null;
}): VNode {
  const { state, status, now } = props;
  const trade = state?.lastTrade ?? null;
  if (state === null || trade === null || now === null)
    return <p class="leader empty">{state === null ? '\u00a0' : 'The first trade takes the lead.'}</p>;
  const isOver = status === 'EXPIRED';
  return (
    <p class="leader" data-winner={isOver ? '' : undefined}>
      <Icon name="crown" />
      <span>
        {isOver ? 'Winner ' : 'In the lead '}
        <a href={addressLink(trade.trader)} target="_blank" rel="noopener noreferrer" title={trade.trader}>
          {shortAddress(trade.trader)}
          <span class="unseen"> (wallet, in a new tab)</span>
        </a>
      </span>
      <span class="quiet">
        <b data-side={trade.side}>{trade.side === 'BUY' ? 'bought' : 'sold'}</b>{' '}
        <span title={trade.amount}>{amountText(trade.amount)}</span> on {trade.program},{' '}
        {ageText(now - trade.blockTime)}
      </span>
    </p>
  );
}
