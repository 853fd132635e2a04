import { announce } from './change';
import type { Log } from './change';
import { closed, entryTimeMs, fold, foldTrade, tokenChanges } from './fold';
import type { FoldState, LogEntry } from './timer';

/**
 * A stretch of time in which the same question is open.
 *
 * OPEN: a round runs; only the last counting trade matters. BETWEEN: no round is open; the first counting trade
 * matters. IDLE: no trade counts. LATER: not to be decided yet.
 */
export interface Stretch {
  readonly kind: 'OPEN' | 'BETWEEN' | 'IDLE' | 'LATER';
  /** Last millisecond that belongs to it; Infinity for the last stretch. */
  readonly toMs: number;
  /** BETWEEN: slot of the trade that opened a round; trades of this slot and of later ones belong to that round. */
  readonly beforeSlot: number | null;
  /** OPEN: slot of the last trade that counted in it; rows of lower slots decide nothing. */
  readonly decidedSlot: number | null;
}

/**
 * Which trades can still decide a deadline or a winner, by the time they would have. Rules in RESET mode only: there the
 * last counting trade of a stretch between two acts decides alone.
 *
 * @param closeBeforeMs - rounds whose deadline lies before this are taken for closed; -Infinity: none
 * @returns stretches in order of time, without gaps
 */
export function stretchesOf(log: Log, closeBeforeMs: number): readonly Stretch[] {
  const { state } = log;
  const { closing } = state;
  if (closing !== null && closing.endedAtMs < closeBeforeMs) {
    const { state: next, tail } = announce(log, closing, state.lastCommitMs);
    return stretchesOf({ state: next, tail }, closeBeforeMs);
  }
  const past = stretch('IDLE', closing?.endedAtMs ?? state.base.lastEndMs);
  if (closing !== null || state.reserved !== null) return [past, stretch('LATER', Infinity)];
  return [past, ...new Walk(log, closeBeforeMs).run()];
}

/** The stretch that a row belongs to. */
export function stretchAt(
  stretches: readonly Stretch[],
  { blockTimeMs, slot }: { readonly blockTimeMs: number; readonly slot: number },
): Stretch {
  const found = stretches.find(
    ({ toMs, beforeSlot }) =>
      blockTimeMs < toMs || (blockTimeMs === toMs && (beforeSlot === null || slot < beforeSlot)),
  );
  return found ?? stretch('LATER', Infinity);
}

function stretch(kind: Stretch['kind'], toMs: number, more: Partial<Stretch> = {}): Stretch {
  return { kind, toMs, beforeSlot: null, decidedSlot: null, ...more };
}

const ENTRIES_PER_REST = 64;

/** Where a walk can be taken up again. */
interface Rest {
  /** How many entries lie before it. */
  readonly position: number;
  readonly state: FoldState;
  readonly decidedSlot: number | null;
  readonly done: readonly Stretch[];
}

/** The last walk from a base, over a tail without acts. */
interface Walked {
  readonly tail: readonly LogEntry[];
  readonly closeBeforeMs: number;
  readonly rests: readonly Rest[];
}

/** Who decides row by row walks over nearly the same tail each time: a walk begins where the last one differs. */
const walks = new WeakMap<FoldState, Walked>();

/** Walks over the tail and notes where one question ends and the next begins. */
class Walk {
  private done: Stretch[] = [];
  private state: FoldState;
  private decidedSlot: number | null;
  private rests: Rest[] = [];
  private readonly shutUntilMs: ReadonlyMap<number, number>;

  constructor(
    private readonly log: Log,
    private readonly closeBeforeMs: number,
  ) {
    this.state = log.state.base;
    this.shutUntilMs = tokenChanges(log.tail);
    this.decidedSlot = this.state.phase === 'RUNNING' ? (this.state.lastTrade?.slot ?? null) : null;
  }

  run(): readonly Stretch[] {
    const { tail } = this.log;
    // an act decides about what comes before it: such a tail is walked from its beginning
    const isTradesOnly = tail.every(({ kind }) => kind === 'trade');
    const from = isTradesOnly ? this.takeUp() : 0;
    const stopped = this.walkFrom(from);
    if (isTradesOnly) {
      const { closeBeforeMs, rests } = this;
      walks.set(this.log.state.base, { tail, closeBeforeMs, rests });
    }
    if (stopped !== null) return stopped;
    if (this.state.phase === 'PAUSED') return [...this.done, stretch('IDLE', Infinity)];
    if (!this.closePast(Infinity, this.log.tail.length)) return this.later();
    return [...this.done, stretch('BETWEEN', Infinity)];
  }

  /** Goes on from the last rest up to which the tail is the one that was walked last. @returns its position */
  private takeUp(): number {
    const last = walks.get(this.log.state.base);
    if (last === undefined || last.closeBeforeMs !== this.closeBeforeMs) return 0;
    const differs = this.log.tail.findIndex((entry, at) => last.tail[at] !== entry);
    const same = differs === -1 ? this.log.tail.length : differs;
    this.rests = last.rests.filter(({ position }) => position <= same);
    const rest = this.rests.at(-1);
    if (rest === undefined) return 0;
    this.done = [...rest.done];
    this.state = rest.state;
    this.decidedSlot = rest.decidedSlot;
    return rest.position;
  }

  /** @returns what there is to say where the walk ends early, or null */
  private walkFrom(from: number): readonly Stretch[] | null {
    const { tail } = this.log;
    for (let position = from; position < tail.length; position += 1) {
      const entry = tail[position];
      if (entry === undefined) break;
      if (!this.closePast(entryTimeMs(entry), position)) return this.later();
      if (entry.kind === 'act') this.act(entry);
      else this.trade(entry);
      if ((position + 1) % ENTRIES_PER_REST === 0) {
        const { state, decidedSlot } = this;
        this.rests.push({ position: position + 1, state, decidedSlot, done: [...this.done] });
      }
    }
    return null;
  }

  /** Ends the open round where its deadline lies before `timeMs`. @returns false where it must not be closed yet */
  private closePast(timeMs: number, position: number): boolean {
    const { phase, deadlineMs } = this.state;
    if (phase !== 'RUNNING' || timeMs <= deadlineMs || this.isHeld(position)) return true;
    if (deadlineMs >= this.closeBeforeMs) return false;
    this.endOpen(deadlineMs);
    this.state = closed(this.state);
    return true;
  }

  /** Whether an act that belongs to the open round lies ahead: the round does not end before it. */
  private isHeld(position: number): boolean {
    const { round } = this.state;
    return this.log.tail.slice(position).some((entry) => {
      if (entry.kind !== 'act' || entry.act.effect.kind === 'RULES') return false;
      return entry.act.effect.round === round && entry.act.effect.kind !== 'TOKEN';
    });
  }

  private act(entry: LogEntry): void {
    const atMs = entryTimeMs(entry);
    const { phase, deadlineMs } = this.state;
    if (phase === 'RUNNING') this.endOpen(Math.min(atMs, deadlineMs));
    if (phase === 'EXPIRED') this.done.push(stretch('BETWEEN', atMs));
    else this.done.push(stretch('IDLE', atMs));
    this.state = fold(this.state, [entry], this.log.tail).state;
  }

  private trade(entry: LogEntry & { readonly kind: 'trade' }): void {
    const { trade } = entry;
    const { state, outcome } = foldTrade(this.state, trade, this.shutUntilMs);
    this.state = state;
    if (outcome.round === null) return;
    if (outcome.isOpener) this.done.push(stretch('BETWEEN', trade.blockTimeMs, { beforeSlot: trade.slot }));
    this.decidedSlot = Math.max(trade.slot, outcome.isOpener ? 0 : (this.decidedSlot ?? 0));
  }

  private endOpen(toMs: number): void {
    this.done.push(stretch('OPEN', toMs, { decidedSlot: this.decidedSlot }));
    this.decidedSlot = null;
  }

  private later(): readonly Stretch[] {
    this.endOpen(this.state.deadlineMs);
    return [...this.done, stretch('LATER', Infinity)];
  }
}
