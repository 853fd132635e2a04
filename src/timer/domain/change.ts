import type { LogEntry, RoundEnd, TimerState, Unfetched, Watermark } from './timer';
import { closed, entryKey, entryTimeMs, fold, isCounting } from './fold';
import type { Folded, Outcome } from './fold';
import { foldDraft, footholdsOf, remember } from './refold';
import type { TimerEvent, TimerEventType } from './timer.events';
import { viewOf } from './timer.events';
import { isCompleteUpTo, unfetchedAfter, unfetchedWith } from './unfetched';
import { tradeKey } from './trade';
import type { FoldedTrade, Trade } from './trade';

/** A timer as it is stored: its state and its tail in log order. */
export interface Log {
  readonly state: TimerState;
  readonly tail: readonly LogEntry[];
}

/** What a commit writes. The rules are all behind it: the script only compares and stores. */
export interface Change {
  readonly state: TimerState;
  readonly tail: readonly LogEntry[];
  /** Entries that are new in the tail, or whose disposition changed. */
  readonly put: readonly LogEntry[];
  /** Keys of entries that left the tail. */
  readonly drop: readonly string[];
  /** Trades that must not count again. */
  readonly counted: readonly FoldedTrade[];
  readonly events: readonly TimerEvent[];
  /** Trades that history must write or correct. */
  readonly trades: readonly FoldedTrade[];
  /** Those of them that are new. */
  readonly firstTrades: readonly FoldedTrade[];
  readonly lateTrades: readonly FoldedTrade[];
  /** Keys of trades that the chain has given up: they may count again if they come again. */
  readonly forgotten: readonly string[];
  readonly ended: readonly RoundEnd[];
  /** Whether a viewer or the history sees a difference; then the revision has risen. */
  readonly isVisible: boolean;
}

/** An event before it has its identity. */
export interface Happening {
  readonly type: TimerEventType;
  readonly round: number;
  readonly deadlineMs: number | null;
  readonly actor: string;
  readonly reason?: string | null;
  readonly trade?: FoldedTrade | null;
}

const COUNTS_NOWHERE = { round: null, movedDeadline: false, isWaiting: false };

/** The actor of everything that trades and settling did. */
export const CHAIN_ACTOR = 'chain';

/** The parts of a change that a transition decides; the rest follows from folding the new tail. */
export interface Draft {
  readonly state: TimerState;
  readonly tail: readonly LogEntry[];
  readonly happenings?: readonly Happening[];
  readonly lateTrades?: readonly FoldedTrade[];
  /** Trades that are in the log before and not in `tail`: history is told that they count nowhere. */
  readonly retracted?: readonly FoldedTrade[];
  readonly ended?: readonly RoundEnd[];
  readonly nowMs: number;
}

/**
 * Puts found trades into the log at their place.
 *
 * @param isKnown - whether a trade key was counted before; a known trade is passed over
 * @param unfetched - rows that were found to decide nothing and are left unfetched
 * @returns null where nothing is new
 */
export function addTrades(
  log: Log,
  found: readonly Trade[],
  isKnown: (key: string) => boolean,
  nowMs: number,
  unfetched: Unfetched | null = null,
): Change | null {
  const fresh = new Map<string, FoldedTrade>();
  const inTail = keysIn(log.tail, found);
  for (const trade of found) {
    const key = tradeKey(trade);
    if (!inTail.has(key) && !isKnown(key)) fresh.set(key, { ...trade, ...COUNTS_NOWHERE });
  }
  if (fresh.size === 0 && unfetched === null) return null;
  const lateTrades = [...fresh.values()].filter((trade) => isLate(log.state, trade));
  const inTime = [...fresh.values()].filter((trade) => !isLate(log.state, trade));
  const entries = inTime.map((trade): LogEntry => ({ kind: 'trade', trade }));
  const happenings = lateTrades
    .filter((trade) => isCounting(log.state.base, trade))
    .map((trade) => lateOf(log.state, trade));
  const state = { ...log.state, ...unfetchedWith(log.state, unfetched) };
  return changeTo(log, { state, tail: [...log.tail, ...entries], happenings, lateTrades, nowMs });
}

/** Tells trades of one slot their positions in the block; null where nothing changes. */
export function placeTrades(
  log: Log,
  slot: number,
  signatures: readonly string[],
  nowMs: number,
): Change | null {
  const positions = new Map(signatures.map((signature, position) => [signature, position]));
  const tail = log.tail.map((entry): LogEntry => {
    if (entry.kind !== 'trade' || entry.trade.slot !== slot) return entry;
    const blockIndex = positions.get(entry.trade.signature) ?? null;
    if (blockIndex === null || blockIndex === entry.trade.blockIndex) return entry;
    return { kind: 'trade', trade: { ...entry.trade, blockIndex } };
  });
  const isChanged = tail.some((entry, at) => entry !== log.tail[at]);
  return isChanged ? changeTo(log, { state: log.state, tail, nowMs }) : null;
}

/** Says once that the deadline has passed; null where it has not, or was said. */
export function tellSettling(log: Log, nowMs: number): Change | null {
  const { current, closing, settlingToldMs } = log.state;
  if (current.phase !== 'RUNNING' || closing !== null) return null;
  if (nowMs <= current.deadlineMs || settlingToldMs === current.deadlineMs) return null;
  const happening: Happening = {
    type: 'SETTLING',
    round: current.round,
    deadlineMs: current.deadlineMs,
    actor: CHAIN_ACTOR,
    trade: current.lastTrade,
  };
  const state = { ...log.state, settlingToldMs: current.deadlineMs };
  return changeTo(log, { state, tail: log.tail, happenings: [happening], nowMs });
}

/**
 * Moves entries up to the watermark from the tail into the base. Entries after the deadline of an open round stay,
 * and nothing moves while an act is reserved or a round is closing.
 */
export function advance(log: Log, watermark: Watermark, nowMs: number): Change | null {
  const { state } = log;
  if (state.reserved !== null || state.closing !== null || watermark.slot <= state.watermark.slot)
    return null;
  if (state.current.phase === 'RUNNING' && watermark.blockTimeMs > state.current.deadlineMs) return null;
  const cut = log.tail.findIndex((entry) => !isBehind(entry, watermark));
  const settled = cut === -1 ? log.tail : log.tail.slice(0, cut);
  const folded = fold(state.base, settled, log.tail);
  if (folded.waiting.length > 0) return null;
  const next = { ...state, base: folded.state, watermark };
  return changeTo(log, { state: next, tail: log.tail.slice(settled.length), nowMs });
}

/** The end of the open round, if `watermark` has passed its deadline by more than the margin and nothing forbids it. */
export function freeze(log: Log, watermark: Watermark, marginMs: number, nowMs: number): Change | null {
  const { state } = log;
  const { current } = state;
  if (state.reserved !== null || state.closing !== null || current.phase !== 'RUNNING') return null;
  if (watermark.blockTimeMs <= current.deadlineMs + marginMs) return null;
  const closing: RoundEnd = {
    timerId: state.id,
    round: current.round,
    startedAtMs: current.startedAtMs,
    endedAtMs: current.deadlineMs,
    isVoid: false,
    isComplete: isCompleteUpTo(state, current.deadlineMs),
    winner: current.lastTrade?.trader ?? null,
    lastTrade: current.lastTrade,
    counts: current.counts,
  };
  return changeTo(log, { state: { ...state, closing }, tail: log.tail, nowMs });
}

/** Makes the end that Postgres holds true: the base moves to it, and what waited is folded onto it. */
export function announce(log: Log, end: RoundEnd, nowMs: number): Change {
  const isSettled = (entry: LogEntry): boolean => entryTimeMs(entry) <= end.endedAtMs;
  const atEnd = fold(log.state.base, log.tail.filter(isSettled), log.tail).state;
  const base = {
    ...closed({ ...atEnd, round: end.round, startedAtMs: end.startedAtMs, deadlineMs: end.endedAtMs }),
    lastTrade: end.lastTrade,
    counts: end.counts,
  };
  const happening: Happening = {
    type: 'EXPIRED',
    round: end.round,
    deadlineMs: end.endedAtMs,
    actor: CHAIN_ACTOR,
    trade: end.lastTrade,
  };
  return changeTo(log, {
    state: {
      ...log.state,
      base,
      roundBase: base,
      closing: null,
      ...unfetchedAfter(log.state, end.endedAtMs),
    },
    tail: log.tail.filter((entry) => !isSettled(entry)),
    happenings: [happening],
    ended: [end],
    nowMs,
  });
}

/**
 * Folds the draft's tail onto its base and finds what differs from the log before. Where only trades were added near
 * the end of a long log, only its end is folded again.
 */
export function changeTo(log: Log, draft: Draft): Change {
  const { tail, folded, from } = foldDraft(log, draft);
  const refolded = tail.slice(from).map((entry) => withOutcome(entry, folded.outcomes));
  const told = from === 0 ? refolded : [...tail.slice(0, from), ...refolded];
  remember(told, { base: draft.state.base, footholds: footholdsOf(log, from, folded) });
  const before = new Map(log.tail.slice(from).map((entry) => [entryKey(entry), entry]));
  const put = refolded.filter((entry) => !isSameEntry(before.get(entryKey(entry)), entry));
  const kept = new Set(refolded.map(entryKey));
  const changed = put.flatMap((entry) => (entry.kind === 'trade' ? [entry.trade] : []));
  const lateTrades = draft.lateTrades ?? [];
  const firstTrades = [...changed.filter((trade) => !before.has(tradeKey(trade))), ...lateTrades];
  const happenings = [...(draft.happenings ?? []), ...moves(changed, before, folded.outcomes)];
  const retracted = (draft.retracted ?? []).map((trade) => ({ ...trade, ...COUNTS_NOWHERE }));
  const trades = [...changed, ...lateTrades, ...retracted];
  const unversioned: TimerState = {
    ...draft.state,
    current: folded.state,
    waitingTrades: folded.waiting.filter((entry) => entry.kind === 'trade').length,
    lastCommitMs: Math.max(draft.nowMs, draft.state.lastCommitMs),
  };
  const isVisible = trades.length + happenings.length > 0 || isSeen(log.state, unversioned);
  const state = { ...unversioned, revision: draft.state.revision + (isVisible ? 1 : 0) };
  return {
    state,
    tail: told,
    put,
    drop: [...before.keys()].filter((key) => !kept.has(key)),
    counted: firstTrades,
    events: happenings.map((happening, number) => eventOf(state, happening, number)),
    trades,
    firstTrades,
    lateTrades,
    forgotten: retracted.map(tradeKey),
    ended: draft.ended ?? [],
    isVisible,
  };
}

/** Keys of the tail that one of the trades could be known by. */
function keysIn(tail: readonly LogEntry[], trades: readonly Trade[]): ReadonlySet<string> {
  const signatures = new Set(trades.map(({ signature }) => signature));
  const keys = new Set<string>();
  for (const entry of tail) {
    if (entry.kind === 'trade' && signatures.has(entry.trade.signature)) keys.add(entryKey(entry));
  }
  return keys;
}

function isLate({ base, closing, createdAtMs, watermark }: TimerState, trade: Trade): boolean {
  if (trade.blockTimeMs <= createdAtMs) return false;
  return trade.slot <= watermark.slot || trade.blockTimeMs <= (closing?.endedAtMs ?? base.lastEndMs);
}

function lateOf(state: TimerState, trade: FoldedTrade): Happening {
  const { current } = state;
  const deadlineMs = current.phase === 'PAUSED' ? null : current.deadlineMs;
  return { type: 'LATE_TRADE', round: current.round, deadlineMs, actor: CHAIN_ACTOR, trade };
}

function isBehind(entry: LogEntry, watermark: Watermark): boolean {
  return entry.kind === 'trade' ? entry.trade.slot <= watermark.slot : entry.act.atMs < watermark.blockTimeMs;
}

function moves(
  changed: readonly FoldedTrade[],
  before: ReadonlyMap<string, LogEntry>,
  outcomes: Folded['outcomes'],
): readonly Happening[] {
  return changed.flatMap((trade): Happening[] => {
    const known = before.get(tradeKey(trade));
    const outcome = outcomes.get(tradeKey(trade));
    if (outcome === undefined || !outcome.movedDeadline || outcome.round === null) return [];
    if (known?.kind === 'trade' && known.trade.movedDeadline) return [];
    const { round, deadlineMs } = outcome;
    return [{ type: moveType(outcome), round, deadlineMs, actor: CHAIN_ACTOR, trade }];
  });
}

function moveType(outcome: Outcome): TimerEventType {
  if (outcome.isOpener) return 'STARTED';
  return outcome.mode === 'EXTEND' ? 'EXTENDED' : 'RESET';
}

function withOutcome(entry: LogEntry, outcomes: Folded['outcomes']): LogEntry {
  if (entry.kind === 'act') return entry;
  const outcome = outcomes.get(tradeKey(entry.trade));
  if (outcome === undefined) return entry;
  const { round, movedDeadline, isWaiting } = outcome;
  const { trade } = entry;
  const isSame =
    trade.round === round && trade.movedDeadline === movedDeadline && trade.isWaiting === isWaiting;
  if (isSame) return entry;
  return { kind: 'trade', trade: { ...entry.trade, round, movedDeadline, isWaiting } };
}

function isSameEntry(a: LogEntry | undefined, b: LogEntry): boolean {
  if (a === undefined || a.kind !== b.kind) return false;
  if (a.kind === 'act' || b.kind === 'act') return true;
  return (
    a.trade.round === b.trade.round &&
    a.trade.movedDeadline === b.trade.movedDeadline &&
    a.trade.isWaiting === b.trade.isWaiting &&
    a.trade.blockIndex === b.trade.blockIndex
  );
}

function isSeen(before: TimerState, after: TimerState): boolean {
  const seen = (state: TimerState): string =>
    JSON.stringify({ ...viewOf(state), epoch: 0, revision: 0, isClosing: false });
  return seen(before) !== seen(after);
}

function eventOf(state: TimerState, happening: Happening, number: number): TimerEvent {
  return {
    timerId: state.id,
    epoch: state.epoch,
    revision: state.revision,
    number,
    type: happening.type,
    atMs: state.lastCommitMs,
    round: happening.round,
    deadlineMs: happening.deadlineMs,
    actor: happening.actor,
    reason: happening.reason ?? null,
    trade: happening.trade ?? null,
  };
}
