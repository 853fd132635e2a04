import type { FoldState, ResetRules, TimerState } from './timer';
import type { TimerEvent } from './timer.events';
import type { Change, Log } from './change';

/** What a new timer is made of; already validated. */
export interface NewTimer {
  readonly id: string;
  readonly tokenAddress: string;
  readonly durationMs: number;
  readonly rules: ResetRules;
  readonly pools: readonly string[];
  readonly chainReading: boolean;
  readonly isPaused: boolean;
}

/** The first state of a timer: round 1, running with the full duration, or paused with it. */
export function firstState(timer: NewTimer, nowMs: number): TimerState {
  const base: FoldState = {
    phase: timer.isPaused ? 'PAUSED' : 'RUNNING',
    round: 1,
    startedAtMs: nowMs,
    deadlineMs: nowMs + timer.durationMs,
    remainingMs: timer.isPaused ? timer.durationMs : 0,
    pausedAtMs: timer.isPaused ? nowMs : 0,
    lastEndMs: nowMs,
    durationMs: timer.durationMs,
    rules: timer.rules,
    tokenAddress: timer.tokenAddress,
    lastTrade: null,
    counts: { trades: 0, resets: 0, volume: '0' },
  };
  return {
    id: timer.id,
    epoch: 1,
    revision: 1,
    createdAtMs: nowMs,
    pools: timer.pools,
    learned: [],
    unfetched: 0,
    unfetchedSpan: null,
    chainReading: timer.chainReading,
    base,
    roundBase: base,
    watermark: { slot: 0, blockTimeMs: nowMs },
    current: base,
    waitingTrades: 0,
    reserved: null,
    closing: null,
    settlingToldMs: null,
    acceptedActs: [],
    lastActMs: nowMs,
    lastCommitMs: nowMs,
    isDeleted: false,
  };
}

/** The first commit of a timer, with its event CREATED. */
export function createdChange(
  state: TimerState,
  actor: string,
  reason: string | null,
): { log: Log; change: Change } {
  const { current } = state;
  const event: TimerEvent = {
    timerId: state.id,
    epoch: state.epoch,
    revision: state.revision,
    number: 0,
    type: 'CREATED',
    atMs: state.createdAtMs,
    round: current.round,
    deadlineMs: current.phase === 'PAUSED' ? null : current.deadlineMs,
    actor,
    reason,
    trade: null,
  };
  const change: Change = {
    state,
    tail: [],
    put: [],
    drop: [],
    counted: [],
    events: [event],
    trades: [],
    firstTrades: [],
    lateTrades: [],
    forgotten: [],
    ended: [],
    isVisible: true,
  };
  return { log: { state, tail: [] }, change };
}
