import { useEffect, useRef, useState } from 'preact/hooks';
import type { TimerState, TimerView } from '../../client/src/timer-state';
import { announce, NOTHING_SAID } from '../timer/announcements';
import { Sound } from './sound';
import { useStored } from './use-stored';

/** What is told beside what is seen. */
export interface Cues {
  /** For screen readers. */
  readonly text: string;
  /** Rises with each text. */
  readonly count: number;
  /** Rises each time the deadline has moved up. */
  readonly moves: number;
  readonly isLoud: boolean;
  readonly setLoud: (isLoud: boolean) => void;
}

const LAST_SECONDS_MS = 10_000;

/** Announces, counts moves, and sounds where the viewer has asked for it. */
export function useCues(state: TimerState | null, view: TimerView | null): Cues {
  const [choice, store] = useStored('sound', 'off');
  const said = useRef(NOTHING_SAID);
  const sound = useRef(new Sound());
  const [told, setTold] = useState({ text: '', count: 0, moves: 0 });
  const isLoud = choice === 'on';
  useEffect(() => {
    if (state === null || view === null) return;
    const before = said.current;
    const next = announce(before, state, view, performance.now());
    said.current = next;
    const hasMoved =
      view.status === 'RUNNING' &&
      before.status !== null &&
      (next.deadline ?? 0) > (before.deadline ?? Infinity);
    if (next.count !== before.count || hasMoved)
      setTold(({ moves }) => ({ text: next.text, count: next.count, moves: moves + (hasMoved ? 1 : 0) }));
    if (!isLoud) return;
    if (hasMoved) sound.current.play('moved');
    else if (view.status === 'EXPIRED' && before.status === 'SETTLING') sound.current.play('over');
    else if (view.status === 'RUNNING' && view.remainingMs <= LAST_SECONDS_MS) sound.current.play('tick');
  }, [state, view?.status, view === null ? null : Math.ceil(view.remainingMs / 1000)]);
  const setLoud = (isOn: boolean): void => {
    if (isOn) sound.current.wake();
    store(isOn ? 'on' : 'off');
  };
  return { ...told, isLoud, setLoud };
}
