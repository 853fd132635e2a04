import type { VNode } from 'preact';
import type { TimerConnection } from '../../client/src/timer-client';
import type { TimerState } from '../../client/src/timer-state';
import { connectionWords } from '../timer/words';
import { useChain } from './use-chain';

/** What limits the trust in what is shown: a demo chain, a lost connection, a state that is not the newest. */
export function Notices(props: {
  readonly connection: TimerConnection;
  readonly state: TimerState | null;
}): VNode {
  const chain = useChain();
  const words = connectionWords(props.connection);
  return (
    <div class="notices">
      {chain?.kind === 'demo' ? (
        <p class="notice demo">
          <b>Demo</b> {chain.note ?? 'recorded trades'}. No real token is traded here; explorers do not know
          these transactions.
        </p>
      ) : null}
      {chain?.kind === 'off' ? (
        <p class="notice demo">
          <b>Clock only</b> The chain is not read: the countdown ends by the clock alone.
        </p>
      ) : null}
      <div role="status">
        {words === null ? null : (
          <p class="notice warn">
            <b>{words.title}</b> {words.detail}
          </p>
        )}
        {props.state?.stale === true ? (
          <p class="notice warn">
            <b>Last known state</b> The shared state cannot be reached right now.
          </p>
        ) : null}
      </div>
    </div>
  );
}
