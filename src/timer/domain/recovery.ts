import { happeningsOf } from './acts';
import type { Change } from './change';
import { changeTo } from './change';
import { compareEntries, entryKey, entryTimeMs, fold } from './fold';
import type { Act, FoldState, LogEntry, RoundEnd, TimerState, Watermark } from './timer';
import { compareRevisions } from './timer.events';
import { NOTHING_UNFETCHED } from './unfetched';
import { watchedAfter } from './watched';
import type { Cursor } from './timer.events';
import type { FoldedTrade } from './trade';

/** So far behind a cursor the chain is read again; also the depth to which nodes index rows late. */
export const OVERLAP_SLOTS = 150;

/** One side of a recovery. */
export interface Side {
  readonly state: TimerState;
  readonly tail: readonly LogEntry[];
}

/** What Postgres holds of a timer's log since the end of its last round. */
export interface Past {
  /** Those that were found too late, or filled in afterwards, are left out: they decided nothing. */
  readonly trades: readonly FoldedTrade[];
  readonly acts: readonly Act[];
}

/** What Postgres holds beside the state: acts and ends are always taken from there. */
export interface Durable {
  /** Accepted acts that the side's state knows nothing of, oldest first. */
  readonly acts: readonly Act[];
  /** Ends of rounds from the side's open round on. */
  readonly ends: readonly RoundEnd[];
  readonly highest: { readonly epoch: number; readonly revision: number };
}

/** Whether Redis holds the newer state; equal states count as Redis's, which has more beside it. */
export function isRedisNewer(redis: TimerState | null, postgres: TimerState | null): boolean {
  if (redis === null) return false;
  return postgres === null || compareRevisions(redis, postgres) >= 0;
}

/** The slot down to which the chain is read again by the cursors that a recovery begins with; 0 where there are none. */
export function rereadFrom(cursors: readonly Cursor[]): number {
  return cursors.length === 0 ? 0 : Math.min(...cursors.map(({ slot }) => slot));
}

/**
 * Rebuilds a side from history: every trade and act since the last round's end, on the base of that time. What lies
 * behind `slot` is not in the base, so that trades which did not reach Postgres take their places when they are found
 * again.
 */
export function sideFromHistory(state: TimerState, past: Past, slot: number): Side {
  return cutAt(state, entriesOf(past), slot);
}

/**
 * Takes base and watermark of a side back to `slot`, where the chain is read again from. What has left the tail since is
 * with history, which may be behind: where it does not give the same base, the side stays as it is, which is whole up to
 * its own watermark.
 */
export function takenBack(side: Side, past: Past, slot: number): Side {
  const { state, tail } = side;
  if (slot >= state.watermark.slot) return side;
  const inTail = new Set(tail.map(entryKey));
  const settled = entriesOf(past).filter(
    (entry) => !inTail.has(entryKey(entry)) && isSettled(entry, state.watermark),
  );
  const log = [...settled, ...tail].sort(compareEntries);
  const { state: folded, waiting } = fold(state.roundBase, settled, log);
  return waiting.length === 0 && isSameState(folded, state.base) ? cutAt(state, log, slot) : side;
}

/** Of a timer's acts those that were accepted, but by a commit that came after `state`; the reserved one among them. */
export function actsBeyond(state: TimerState, acts: readonly Act[]): readonly Act[] {
  return acts.filter(({ id, atMs }) => atMs >= state.lastActMs && !state.acceptedActs.includes(id));
}

/**
 * The first commit after a loss: the side with the acts and ends that Postgres has beyond it, a new epoch, and revisions
 * that go on from the highest known. What the lost acts did is told now.
 */
export function recovered(side: Side, durable: Durable, nowMs: number): Change {
  const { state } = side;
  const kept = new Set(side.tail.map(entryKey));
  const lost = durable.acts.filter((act) => !kept.has(act.id)).map((act): LogEntry => ({ kind: 'act', act }));
  const tail = [...side.tail, ...lost].sort(compareEntries);
  const next: TimerState = {
    ...durable.acts.reduce((before, act) => ({ ...before, ...watchedAfter(before, act.change) }), state),
    ...(durable.acts.some(({ effect }) => effect.kind === 'VOID') ? NOTHING_UNFETCHED : {}),
    epoch: durable.highest.epoch + 1,
    revision: durable.highest.revision,
    reserved: null,
    closing: closingOf(state, fold(state.base, tail, tail).state, durable.ends),
    acceptedActs: [
      ...new Set([...state.acceptedActs, ...entryActs(side.tail), ...durable.acts.map(({ id }) => id)]),
    ],
    lastActMs: Math.max(state.lastActMs, ...durable.acts.map((act) => act.atMs)),
    isDeleted: state.isDeleted || durable.acts.some(({ effect }) => effect.kind === 'DELETE'),
  };
  const { current } = state;
  const happenings = [
    ...durable.acts.flatMap((act) => happeningsOf(act, stateAfter(next, tail, act))),
    {
      type: 'RECOVERED' as const,
      round: current.round,
      deadlineMs: current.phase === 'PAUSED' ? null : current.deadlineMs,
      actor: 'recovery',
    },
  ];
  const ended = durable.acts.flatMap(({ effect }) => (effect.kind === 'VOID' ? [effect.end] : []));
  return changeTo({ state, tail: side.tail }, { state: next, tail, happenings, ended, nowMs });
}

/** The state right after an act, of which a log of its own is folded. */
function stateAfter(state: TimerState, tail: readonly LogEntry[], act: Act): TimerState {
  const upTo = tail.findIndex((entry) => entryKey(entry) === act.id);
  return { ...state, current: fold(state.base, tail.slice(0, upTo + 1), tail).state };
}

/**
 * An end that Postgres holds and that was not told: its round is still open on this side. Where the log that is left leads
 * to an earlier round, the end waits until the chain was read again; what Postgres holds is told then.
 */
function closingOf(state: TimerState, folded: FoldState, ends: readonly RoundEnd[]): RoundEnd | null {
  const { phase, round } = state.current;
  if (phase === 'EXPIRED' || folded.round !== round || folded.phase === 'EXPIRED') return null;
  return ends.find((end) => !end.isVoid && end.round === round) ?? state.closing;
}

function entryActs(tail: readonly LogEntry[]): readonly string[] {
  return tail.filter((entry) => entry.kind === 'act').map(entryKey);
}

/** The older of two cursors of one address, and 150 slots back: what the chain still holds is read again. */
export function olderCursors(a: readonly Cursor[], b: readonly Cursor[]): readonly Cursor[] {
  const slots = new Map<string, number>();
  for (const { address, slot } of [...a, ...b])
    slots.set(address, Math.min(slot, slots.get(address) ?? Infinity));
  return [...slots].map(([address, slot]) => ({
    address,
    slot: Math.max(0, slot - OVERLAP_SLOTS),
    signature: null,
  }));
}

function entriesOf({ trades, acts }: Past): readonly LogEntry[] {
  return [
    ...trades.map((trade): LogEntry => ({ kind: 'trade', trade })),
    ...acts.map((act): LogEntry => ({ kind: 'act', act })),
  ].sort(compareEntries);
}

/** Base and tail of a whole log since the last round's end, with the watermark at `slot` or where it is, if lower. */
function cutAt(state: TimerState, log: readonly LogEntry[], slot: number): Side {
  const watermark = slot < state.watermark.slot ? watermarkAt(state, log, slot) : state.watermark;
  const settled = log.filter((entry) => isSettled(entry, watermark));
  const folded = fold(state.roundBase, settled, log);
  if (folded.waiting.length > 0) {
    const lowest = { slot: 0, blockTimeMs: state.roundBase.lastEndMs };
    return { state: { ...state, base: state.roundBase, watermark: lowest }, tail: log };
  }
  const tail = log.filter((entry) => !isSettled(entry, watermark));
  return { state: { ...state, base: folded.state, watermark }, tail };
}

/** Block times never fall: what is found behind the slot is not older than what is known up to it. */
function watermarkAt(state: TimerState, log: readonly LogEntry[], slot: number): Watermark {
  const below = log.filter((entry) => entry.kind === 'trade' && entry.trade.slot <= slot).map(entryTimeMs);
  return { slot, blockTimeMs: below.reduce((a, b) => Math.max(a, b), state.roundBase.lastEndMs) };
}

function isSettled(entry: LogEntry, watermark: Watermark): boolean {
  return entry.kind === 'trade' ? entry.trade.slot <= watermark.slot : entry.act.atMs < watermark.blockTimeMs;
}

function isSameState(a: FoldState, b: FoldState): boolean {
  return canonical(a) === canonical(b);
}

/** JSON with the fields of all objects in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1)))
      : part,
  );
}
