import type { TimerUpdatedSubscription, TradeDetectedSubscription } from './operations.generated';

/** A state of a timer, as the server told it. `deadline` and `serverTime` are on the shared clock. */
export type TimerState = TimerUpdatedSubscription['timerUpdated'];
/** A trade, as the server told it. */
export type TimerTrade = TradeDetectedSubscription['tradeDetected'];

/** A timer at one instant. */
export interface TimerView {
  /** SETTLING as soon as the shared clock has passed the deadline, also before anyone has said so. */
  readonly status: TimerState['status'];
  /** Never negative. */
  readonly remainingMs: number;
}

/** Whether `next` may replace `known`: never an older (epoch, revision). */
export function mayReplace(
  next: Pick<TimerState, 'epoch' | 'revision'>,
  known: Pick<TimerState, 'epoch' | 'revision'> | null,
): boolean {
  if (known === null || next.epoch > known.epoch) return true;
  return next.epoch === known.epoch && next.revision >= known.revision;
}

/** A timer at shared time `now`. The deadline is compared, never counted down. */
export function viewAt(
  timer: Pick<TimerState, 'status' | 'deadline' | 'remainingMs'>,
  now: number,
): TimerView {
  const { status, deadline } = timer;
  if (status === 'PAUSED') return { status, remainingMs: timer.remainingMs };
  if (status !== 'RUNNING' || deadline === null) return { status, remainingMs: 0 };
  return { status: now <= deadline ? 'RUNNING' : 'SETTLING', remainingMs: Math.max(0, deadline - now) };
}

/** `12:05`, or `1:02:03` from an hour on. Seconds are rounded up, so that 0:00 means over. */
export function clockText(remainingMs: number): string {
  const seconds = Math.ceil(remainingMs / 1000);
  const two = (number: number): string => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
