import type { TimerState, TimerView } from '../../client/src/timer-state';
import { counted, wordsFor } from './words';

/** What has been said, and of what. */
export interface Said {
  readonly status: TimerView['status'] | null;
  readonly round: number;
  readonly deadline: number | null;
  readonly remainingMs: number;
  /** Monotonic ms of the last word about a moved deadline. */
  readonly movedAt: number;
  readonly text: string;
  /** Rises with each text, since the same one may have to be said again. */
  readonly count: number;
}

/** Before anything was said. */
export const NOTHING_SAID: Said = {
  status: null,
  round: 0,
  deadline: null,
  remainingMs: Infinity,
  movedAt: -Infinity,
  text: '',
  count: 0,
};

/** In a storm of trades a listener hears of one every … */
const MOVED_EVERY_MS = 20_000;
const MARKS: readonly (readonly [number, string])[] = [
  [10_000, 'Ten seconds left.'],
  [60_000, 'One minute left.'],
];

/** What a screen reader is told next: changes that mean something, never each second. */
export function announce(said: Said, state: TimerState, view: TimerView, atMs: number): Said {
  const { status, remainingMs } = view;
  const next = { ...said, status, round: state.round, deadline: state.deadline, remainingMs };
  const say = (text: string, movedAt: number): Said => ({ ...next, text, movedAt, count: said.count + 1 });
  if (status !== said.status || state.round !== said.round) {
    const { title, detail } = wordsFor(state, status);
    const left = status === 'RUNNING' ? ` ${leftText(remainingMs)}` : '';
    return say(`${title.replace('…', '')}.${left} ${detail}`, atMs);
  }
  if (status !== 'RUNNING') return next;
  const hasMoved = state.deadline !== null && said.deadline !== null && state.deadline > said.deadline;
  if (hasMoved && atMs - said.movedAt >= MOVED_EVERY_MS) {
    const side = state.lastTrade?.side === 'SELL' ? 'sale' : 'buy';
    return say(`A ${side} moved the deadline. ${leftText(remainingMs)}`, atMs);
  }
  const mark = MARKS.find(([ms]) => remainingMs <= ms && said.remainingMs > ms);
  return mark === undefined ? next : say(mark[1], said.movedAt);
}

function leftText(remainingMs: number): string {
  const seconds = Math.ceil(remainingMs / 1000);
  if (seconds < 60) return `${counted(seconds, 'second')} left.`;
  const rest = seconds % 60 === 0 ? '' : ` ${counted(seconds % 60, 'second')}`;
  return `${counted(Math.floor(seconds / 60), 'minute')}${rest} left.`;
}
