import type { RoundEnd, ResetRules, TimerState, TimerStatus } from './timer';
import type { Origin } from './origin';
import type { FoldedTrade } from './trade';

/** What can happen to a timer; each is told once, in the stream and in Postgres. */
export type TimerEventType =
  | 'CREATED'
  | 'STARTED'
  | 'RESET'
  | 'EXTENDED'
  | 'PAUSED'
  | 'RESUMED'
  | 'SETTLING'
  | 'EXPIRED'
  | 'CONFIGURED'
  | 'DELETED'
  | 'LATE_TRADE'
  | 'RECOVERED';

/** An immutable fact; its identity is (timer, epoch, revision, number in the commit). */
export interface TimerEvent {
  readonly timerId: string;
  readonly epoch: number;
  readonly revision: number;
  /** Number in the commit, from 0. */
  readonly number: number;
  readonly type: TimerEventType;
  /** Shared time of the commit, epoch ms. */
  readonly atMs: number;
  readonly round: number;
  /** Null while paused. */
  readonly deadlineMs: number | null;
  /** `chain` for what trades and settling did, else the admin's name. */
  readonly actor: string;
  readonly reason: string | null;
  readonly trade: FoldedTrade | null;
}

/** How far one address of a timer has been processed: the last fully processed transaction. */
export interface Cursor {
  readonly address: string;
  readonly slot: number;
  /** Null where the address had no transaction yet; then `slot` is where reading began. */
  readonly signature: string | null;
}

/** One stream entry: what a commit did, complete enough for the historian and for recovery. */
export interface ChangeRecord {
  readonly timerId: string;
  readonly epoch: number;
  readonly revision: number;
  readonly atMs: number;
  readonly events: readonly TimerEvent[];
  /** New trades, and known ones whose round or effect the fold changed. */
  readonly trades: readonly FoldedTrade[];
  /** Keys of those of them that the chain has given up: they are no trades any more, unless they come again. */
  readonly retracted: readonly string[];
  /** All cursors of the timer at this commit. */
  readonly cursors: readonly Cursor[];
  /** The state after the commit. */
  readonly state: TimerState;
  /** What led to it, where that is known. */
  readonly origin?: Origin;
}

/** What viewers are told, the same for everyone: no clock in it. */
export interface TimerView {
  readonly id: string;
  readonly tokenAddress: string;
  readonly watchedAddresses: readonly string[];
  readonly phase: 'RUNNING' | 'PAUSED' | 'EXPIRED';
  readonly isClosing: boolean;
  readonly round: number;
  readonly epoch: number;
  readonly revision: number;
  readonly durationMs: number;
  readonly startedAtMs: number;
  /** Null while PAUSED. */
  readonly deadlineMs: number | null;
  /** PAUSED: time left; otherwise derived from the deadline. */
  readonly pausedRemainingMs: number;
  readonly lastTrade: FoldedTrade | null;
  readonly waitingTrades: number;
  readonly rules: ResetRules;
}

/** One pub/sub message: the newest view and what came with it. */
export interface ChangeMessage {
  readonly view: TimerView;
  /** Trades at their first commit only. */
  readonly trades: readonly FoldedTrade[];
  readonly ended: readonly RoundEnd[];
  readonly isDeleted: boolean;
  /** W3C trace context of the commit; left out while no traces are made. */
  readonly traceparent?: string;
}

/** The viewers' part of a state. */
export function viewOf(state: TimerState): TimerView {
  const { current } = state;
  return {
    id: state.id,
    tokenAddress: current.tokenAddress,
    watchedAddresses: [current.tokenAddress, ...state.pools],
    phase: current.phase,
    isClosing: state.closing !== null,
    round: current.round,
    epoch: state.epoch,
    revision: state.revision,
    durationMs: current.durationMs,
    startedAtMs: current.startedAtMs,
    deadlineMs: current.phase === 'PAUSED' ? null : current.deadlineMs,
    pausedRemainingMs: current.phase === 'PAUSED' ? current.remainingMs : 0,
    lastTrade: current.lastTrade,
    waitingTrades: state.waitingTrades,
    rules: current.rules,
  };
}

/** Status and remaining time of a view at `nowMs` of the shared clock. */
export function viewAt(view: TimerView, nowMs: number): { status: TimerStatus; remainingMs: number } {
  const status = statusOf(view, nowMs);
  if (status === 'PAUSED') return { status, remainingMs: view.pausedRemainingMs };
  const deadlineMs = view.deadlineMs ?? nowMs;
  return { status, remainingMs: status === 'RUNNING' ? Math.max(0, deadlineMs - nowMs) : 0 };
}

/** Orders two states of one timer: negative where `a` is older. */
export function compareRevisions(
  a: { readonly epoch: number; readonly revision: number },
  b: { readonly epoch: number; readonly revision: number },
): number {
  return a.epoch - b.epoch || a.revision - b.revision;
}

function statusOf(view: TimerView, nowMs: number): TimerStatus {
  if (view.isClosing) return 'SETTLING';
  if (view.phase !== 'RUNNING') return view.phase;
  return nowMs <= (view.deadlineMs ?? nowMs) ? 'RUNNING' : 'SETTLING';
}
