import { closed, entryTimeMs, fold } from '../../timer/domain/fold';
import type { Act, FoldState, LogEntry, RoundEnd } from '../../timer/domain/timer';
import type { FoldedTrade } from '../../timer/domain/trade';

/** A round's end as the fold alone gives it. */
export type ComputedEnd = Omit<RoundEnd, 'timerId' | 'isComplete'>;

/**
 * Folds a timer's whole log again, in log order and in bounded memory: it remembers the open round's tail at most.
 * Nothing that was recorded about rounds goes into it but the acts, with the round and effect they were accepted with.
 */
export class Replay {
  private pending: LogEntry[] = [];
  private actsTaken = 0;

  /**
   * @param state - what the timer began with
   * @param acts - all accepted acts, oldest first
   */
  constructor(
    private state: FoldState,
    private readonly acts: readonly Act[],
  ) {}

  /** The state after everything so far, with its open round. */
  get current(): FoldState {
    return fold(this.state, this.pending, this.log()).state;
  }

  /** Goes on with trades that come behind all that were given before. @returns rounds that have ended by them */
  add(trades: readonly FoldedTrade[]): ComputedEnd[] {
    for (const trade of trades) {
      this.takeActs(trade.blockTimeMs);
      this.pending.push({ kind: 'trade', trade });
    }
    return this.settle();
  }

  /**
   * Takes the acts behind the last trade.
   *
   * @param hasEnded - whether the round that is then open is over by time alone, with nothing behind it
   * @returns rounds that have ended
   */
  finish(hasEnded: (round: number) => boolean): ComputedEnd[] {
    this.takeActs(Infinity);
    const ends = this.settle();
    const { phase, round } = this.current;
    if (phase === 'RUNNING' && hasEnded(round)) ends.push(this.close(this.current));
    return ends;
  }

  private takeActs(beforeMs: number): void {
    for (let act = this.acts[this.actsTaken]; act !== undefined; act = this.acts[this.actsTaken]) {
      if (act.atMs >= beforeMs) return;
      this.pending.push({ kind: 'act', act });
      this.actsTaken += 1;
    }
  }

  private settle(): ComputedEnd[] {
    const ends: ComputedEnd[] = [];
    for (;;) {
      const voiding = this.pending.findIndex(
        (entry) => entry.kind === 'act' && entry.act.effect.kind === 'VOID',
      );
      const part = voiding === -1 ? this.pending : this.pending.slice(0, voiding);
      const folded = fold(this.state, part, this.log());
      if (folded.waiting.length > 0 && !this.hasActOf(folded.state.round, part.length)) {
        ends.push(this.close(folded.state));
        continue;
      }
      if (voiding !== -1) {
        ends.push(...this.voided(folded.state, voiding));
        continue;
      }
      if (folded.waiting.length === 0) this.keep(folded.state, part.length);
      return ends;
    }
  }

  /** Whether an act behind the first `length` pending entries belongs to the round, which so cannot have ended before. */
  private hasActOf(round: number, length: number): boolean {
    const behind = [...this.pending.slice(length), ...this.actsAhead()];
    return behind.some(({ kind, ...entry }) => {
      const effect = kind === 'act' && 'act' in entry ? entry.act.effect : null;
      return (
        effect !== null &&
        ['SET', 'PAUSE', 'RESUME', 'VOID'].includes(effect.kind) &&
        'round' in effect &&
        effect.round === round
      );
    });
  }

  private close(state: FoldState): ComputedEnd {
    const { round, startedAtMs, deadlineMs: endedAtMs, lastTrade, counts } = state;
    const isSettled = (entry: LogEntry): boolean => entryTimeMs(entry) <= endedAtMs;
    const atEnd = fold(this.state, this.pending.filter(isSettled), this.log()).state;
    this.state = { ...closed({ ...atEnd, round, startedAtMs, deadlineMs: endedAtMs }), lastTrade, counts };
    this.pending = this.pending.filter((entry) => !isSettled(entry));
    const winner = lastTrade?.trader ?? null;
    return { round, startedAtMs, endedAtMs, isVoid: false, winner, lastTrade, counts };
  }

  private voided(before: FoldState, at: number): ComputedEnd[] {
    const entry = this.pending[at];
    const after = fold(this.state, this.pending.slice(0, at + 1), this.log()).state;
    this.keep(after, at + 1);
    if (entry?.kind !== 'act' || before.phase === 'EXPIRED' || after.round === before.round) return [];
    const { round, startedAtMs, lastTrade, counts } = before;
    return [{ round, startedAtMs, endedAtMs: entry.act.atMs, isVoid: true, winner: null, lastTrade, counts }];
  }

  private keep(state: FoldState, length: number): void {
    this.state = state;
    this.pending = this.pending.slice(length);
  }

  private log(): LogEntry[] {
    return [...this.pending, ...this.actsAhead()];
  }

  private actsAhead(): LogEntry[] {
    return this.acts.slice(this.actsTaken).map((act): LogEntry => ({ kind: 'act', act }));
  }
}
