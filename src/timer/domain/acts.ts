import { changeTo } from './change';
import type { Change, Happening, Log } from './change';
import type { Act, ActEffect, ActType, ConfigChange, RoundEnd, TimerState, TimerStatus } from './timer';
import { entryTimeMs } from './fold';
import { NOTHING_UNFETCHED } from './unfetched';
import { watchedAfter } from './watched';

/** So many accepted acts are remembered, to tell one that was settled from one that was lost. */
const REMEMBERED_ACTS = 64;

/** What an admin asks of a timer. */
export interface ActRequest {
  readonly id: string;
  readonly type: ActType;
  readonly actor: string;
  readonly reason: string | null;
  readonly force: boolean;
  readonly change: ConfigChange;
}

/** Why an act is not accepted, for people. */
export interface ActRefusal {
  readonly refusal: string;
  /** True where the same request may be accepted in a moment: another act is just being written. */
  readonly isBusy?: boolean;
}

/**
 * Judges an act by the status at its time: at least 1 ms after the last act, the base, and every trade in the log.
 *
 * @param nowMs - shared clock
 * @returns the act with its place and effect, or why it is refused; nothing has changed
 */
export function judgeAct(log: Log, request: ActRequest, nowMs: number): Act | ActRefusal {
  const { state } = log;
  if (state.closing !== null)
    return { refusal: `round ${state.closing.round} is being closed; try again in a moment` };
  if (state.reserved !== null) return { refusal: 'another change is being written', isBusy: true };
  const last = log.tail.at(-1);
  const floorMs = Math.max(
    state.lastActMs,
    state.base.lastEndMs,
    state.watermark.blockTimeMs,
    last ? entryTimeMs(last) : 0,
  );
  const atMs = Math.max(nowMs, floorMs + 1);
  const effect = effectOf(state, request, atMs);
  if ('refusal' in effect) return effect;
  const { id, type, actor, reason, change } = request;
  return { id, type, atMs, actor, reason, effect, change };
}

/** Keeps the act's place while Postgres is asked; nothing closes past it meanwhile, and nobody sees it. */
export function reserve(log: Log, act: Act, nowMs: number): Change {
  return changeTo(log, {
    state: { ...log.state, reserved: act, lastActMs: act.atMs },
    tail: log.tail,
    nowMs,
  });
}

/** Makes the reserved act true. */
export function accept(log: Log, act: Act, nowMs: number): Change {
  const ended = act.effect.kind === 'VOID' ? [act.effect.end] : [];
  const state: TimerState = {
    ...log.state,
    ...watchedAfter(log.state, act.change),
    ...(ended.length > 0 ? NOTHING_UNFETCHED : {}),
    reserved: log.state.reserved?.id === act.id ? null : log.state.reserved,
    acceptedActs: [...log.state.acceptedActs, act.id].slice(-REMEMBERED_ACTS),
    lastActMs: Math.max(log.state.lastActMs, act.atMs),
    isDeleted: act.effect.kind === 'DELETE',
  };
  const tail = [...log.tail, { kind: 'act' as const, act }];
  const silent = changeTo(log, { state, tail, nowMs });
  return changeTo(log, { state, tail, ended, happenings: happeningsOf(act, silent.state), nowMs });
}

/** Gives up the reserved act: Postgres does not have it and never will. */
export function refuse(log: Log, nowMs: number): Change {
  return changeTo(log, { state: { ...log.state, reserved: null }, tail: log.tail, nowMs });
}

function effectOf(state: TimerState, request: ActRequest, atMs: number): ActEffect | ActRefusal {
  const { current } = state;
  const status = current.phase === 'RUNNING' && atMs > current.deadlineMs ? 'SETTLING' : current.phase;
  switch (request.type) {
    case 'RESET':
      if (status === 'EXPIRED') return { kind: 'OPEN', round: current.round + 1 };
      if (status !== 'SETTLING') return { kind: 'SET', round: current.round };
      return request.force ? voidEffect(state, atMs, false) : settling(current.round);
    case 'PAUSE':
      return status === 'RUNNING'
        ? { kind: 'PAUSE', round: current.round }
        : onlyWhile('RUNNING', 'paused', status);
    case 'RESUME':
      return status === 'PAUSED'
        ? { kind: 'RESUME', round: current.round }
        : onlyWhile('PAUSED', 'resumed', status);
    case 'CONFIGURE':
      return configureEffect(state, request, { status, atMs });
    case 'DELETE':
      return { kind: 'DELETE', round: current.round };
  }
}

function configureEffect(
  state: TimerState,
  request: ActRequest,
  { status, atMs }: { status: TimerStatus; atMs: number },
): ActEffect | ActRefusal {
  const { tokenAddress } = request.change;
  if (tokenAddress === undefined || tokenAddress === state.current.tokenAddress) return { kind: 'RULES' };
  if (status === 'EXPIRED') return { kind: 'TOKEN', round: state.current.round };
  if (status === 'SETTLING' && !request.force) return settling(state.current.round);
  return voidEffect(state, atMs, status === 'PAUSED');
}

function voidEffect(state: TimerState, atMs: number, isPaused: boolean): ActEffect {
  const { current } = state;
  const end: RoundEnd = {
    timerId: state.id,
    round: current.round,
    startedAtMs: current.startedAtMs,
    endedAtMs: atMs,
    isVoid: true,
    isComplete: state.unfetchedSpan === null,
    winner: null,
    lastTrade: current.lastTrade,
    counts: current.counts,
  };
  return { kind: 'VOID', round: current.round, end, isPaused };
}

function settling(round: number): ActRefusal {
  return {
    refusal: `round ${round} is settling: its deadline has passed and the chain is still being read; force ends it void`,
  };
}

function onlyWhile(needed: TimerStatus, done: string, status: TimerStatus): ActRefusal {
  return { refusal: `only a timer that is ${needed} can be ${done}; this one is ${status}` };
}

/** What an accepted act tells, by the state right after it. */
export function happeningsOf(act: Act, after: Pick<TimerState, 'current'>): readonly Happening[] {
  const { current } = after;
  const { actor, reason, effect } = act;
  const deadlineMs = current.phase === 'PAUSED' ? null : current.deadlineMs;
  const now = { round: current.round, deadlineMs, actor, reason };
  switch (effect.kind) {
    case 'SET':
      return [{ ...now, type: 'RESET' }];
    case 'OPEN':
      return [{ ...now, type: 'STARTED' }];
    case 'PAUSE':
      return [{ ...now, type: 'PAUSED' }];
    case 'RESUME':
      return [{ ...now, type: 'RESUMED' }];
    case 'RULES':
    case 'TOKEN':
      return [{ ...now, type: 'CONFIGURED' }];
    case 'DELETE':
      return [{ ...now, type: 'DELETED' }];
    case 'VOID': {
      const ending = act.type === 'CONFIGURE' ? ('CONFIGURED' as const) : ('EXPIRED' as const);
      return [
        { ...now, type: ending, round: effect.round, deadlineMs: effect.end.endedAtMs },
        { ...now, type: 'STARTED' },
      ];
    }
  }
}
