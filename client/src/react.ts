import { useEffect, useState } from 'react';
import { createTimerClient } from './timer-client';
import type { TimerClient, TimerClientOptions, TimerConnection } from './timer-client';
import type { TimerState, TimerView } from './timer-state';

/** A timer as a component sees it. */
export interface TimerSeen {
  /** Null until the first state came. */
  readonly state: TimerState | null;
  /** Status at this instant; null until the first state came. */
  readonly status: TimerView['status'] | null;
  /** Null until the first state came. */
  readonly remainingMs: number | null;
  readonly connection: TimerConnection;
  /** For all else; null before the first effect. It is closed with the component. */
  readonly client: TimerClient | null;
}

const NOTHING: TimerSeen = {
  state: null,
  status: null,
  remainingMs: null,
  connection: { status: 'connecting', problem: null },
  client: null,
};

/**
 * Follows a timer as long as the component is there.
 *
 * @param everyMs - how finely `remainingMs` is shown: the component renders again when it falls by another `everyMs`
 */
export function useTimer(
  { url, timerId = 'global', webSocket }: Omit<TimerClientOptions, 'clock'>,
  everyMs = 1_000,
): TimerSeen {
  const [seen, setSeen] = useState(NOTHING);
  useEffect(() => {
    const client = createTimerClient({ url, timerId, webSocket });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      setSeen((before) => lookAgain(client, before, everyMs));
      clearTimeout(timer);
      timer = setTimeout(look, untilNextStep(client.remainingMs(), everyMs));
    };
    const stops = [client.onChange(look), client.onConnection(look)];
    look();
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
      client.close();
      setSeen(NOTHING);
    };
  }, [url, timerId, webSocket, everyMs]);
  return seen;
}

/** A moment after what is shown becomes another: all viewers see a second end at the same time. */
function untilNextStep(remainingMs: number | null, everyMs: number): number {
  const rest = remainingMs === null ? everyMs : remainingMs % everyMs;
  return Math.max(4, Math.min(rest === 0 ? everyMs : rest + 1, 1_000));
}

/** What is seen now; the very object of before where a viewer would see no difference. */
function lookAgain(client: TimerClient, before: TimerSeen, everyMs: number): TimerSeen {
  const view = client.view();
  const { state, connection } = client;
  const step = (ms: number | null): number | null => (ms === null ? null : Math.ceil(ms / everyMs));
  const isSame =
    before.client === client &&
    before.state === state &&
    before.connection === connection &&
    before.status === (view?.status ?? null) &&
    step(before.remainingMs) === step(view?.remainingMs ?? null);
  if (isSame) return before;
  return { state, status: view?.status ?? null, remainingMs: view?.remainingMs ?? null, connection, client };
}
