import type { VNode } from 'preact';
import { clockText } from '../../../client/src/timer-state';
import { Tag } from '../parts/tag';
import { STATUS_TONES, STATUS_WORDS } from './timer-words';
import { useView } from './use-timer';
import type { PanelTimer } from './use-timer';

/** What is left, and how the timer stands. */
export function Countdown({ timer }: { readonly timer: PanelTimer }): VNode {
  const { status, remainingMs } = useView(timer);
  const share = Math.min(1, remainingMs / timer.durationMs);
  return (
    <div class="countdown" data-status={status} data-urgent={status === 'RUNNING' && remainingMs < 30_000}>
      <p class="digits" role="timer" aria-label={`Time left of ${timer.id}`}>
        {clockText(remainingMs)}
      </p>
      <p class="how">
        <Tag tone={STATUS_TONES[status]}>{STATUS_WORDS[status]}</Tag>
        {timer.stale ? <Tag tone="bad">last known state</Tag> : null}
        <span>round {timer.round}</span>
        {timer.waitingTrades === 0 ? null : <span>{timer.waitingTrades} waiting</span>}
      </p>
      <div class="track" aria-hidden="true">
        <div class="bar" style={{ transform: `scaleX(${share})` }} />
      </div>
    </div>
  );
}
