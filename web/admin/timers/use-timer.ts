import { useEffect, useState } from 'preact/hooks';
import { mayReplace, viewAt } from '../../../client/src/timer-state';
import type { TimerView } from '../../../client/src/timer-state';
import { useAround, useFollowed } from '../door/use-door';
import { PanelTimerUpdatedDocument } from './operations.generated';
import type { PanelTimerFragment } from './operations.generated';

/** A timer as the panel shows it. */
export type PanelTimer = PanelTimerFragment;

/** The newest known state of a timer: of what was asked for and what was told, the later one. */
export function useLive(asked: PanelTimer): PanelTimer {
  const told = useFollowed(PanelTimerUpdatedDocument, { id: asked.id })?.timerUpdated ?? null;
  if (told === null || (mayReplace(asked, told) && asked.serverTime > told.serverTime)) return asked;
  return told;
}

const TICK_MS = 200;

/** The timer at this instant, again and again. */
export function useView(timer: PanelTimer): TimerView {
  const { door } = useAround();
  const [, setCount] = useState(0);
  const isRunning = timer.status === 'RUNNING';
  useEffect(() => {
    if (!isRunning) return undefined;
    const ticking = setInterval(() => setCount((before) => before + 1), TICK_MS);
    return () => clearInterval(ticking);
  }, [isRunning]);
  return viewAt(timer, door.now());
}
