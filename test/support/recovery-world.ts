import { announce } from '../../src/timer/domain/change';
import type { Change } from '../../src/timer/domain/change';
import type { NewTimer } from '../../src/timer/domain/new-timer';
import {
  actsBeyond,
  isRedisNewer,
  olderCursors,
  recovered,
  rereadFrom,
  sideFromHistory,
  takenBack,
} from '../../src/timer/domain/recovery';
import type { Side } from '../../src/timer/domain/recovery';
import type { Act, RoundEnd, TimerState, Watermark } from '../../src/timer/domain/timer';
import type { Cursor } from '../../src/timer/domain/timer.events';
import { tradeKey } from '../../src/timer/domain/trade';
import type { FoldedTrade, Trade } from '../../src/timer/domain/trade';
import { T0, TimerLab, watermarkAt } from './timer-lab';
import type { ActRequest } from '../../src/timer/domain/acts';

/** What happens in the world: the chain with when each trade is found, acts, looks at the chain. */
export interface Plan {
  readonly timer: NewTimer;
  readonly chain: readonly Trade[];
  /** Seconds after its block until a trade is found, by position in `chain`. */
  readonly delays: readonly number[];
  readonly asked: readonly (Partial<ActRequest> & Pick<ActRequest, 'type'> & { readonly second: number })[];
  readonly looks: readonly number[];
}

/** When Redis goes, with what it comes back, and what had reached Postgres; each from 0 to 1. */
export interface Crash {
  readonly at: number;
  /** Share of the commits before the crash that Redis still has; null: it has lost all. */
  readonly redis: number | null;
  /** Share of the records before the crash that were written. */
  readonly postgres: number;
  /** Whether history has one record more, but not all before it, where there is such a one. */
  readonly isHoled: boolean;
}

/** How a world ended. */
export interface Outcome {
  readonly ends: readonly RoundEnd[];
  readonly last: unknown;
  readonly late: number;
}

interface Step {
  readonly second: number;
  readonly rank: number;
  go(lab: TimerLab): void;
}

/** One commit, with what Redis and Postgres would hold by it. */
interface Moment {
  readonly change: Change;
  readonly second: number;
  readonly cursors: readonly Cursor[];
}

const CALM_SECOND = 20_000;

/** A life without a loss, commit by commit. */
export class LivedWorld {
  readonly moments: Moment[] = [];
  readonly lab: TimerLab;
  /** How often history was left with a hole in it. */
  holes = 0;
  private readonly foundAt: readonly number[];

  constructor(private readonly plan: Plan) {
    this.lab = new TimerLab(plan.timer);
    this.foundAt = plan.chain.map(
      ({ blockTimeMs }, position) => (blockTimeMs - T0) / 1000 + (plan.delays[position] ?? 0),
    );
    for (const step of this.steps(
      0,
      plan.asked.map((act) => this.asking(act)),
    )) {
      const before = this.lab.changes.length;
      step.go(this.lab);
      for (const change of this.lab.changes.slice(before))
        this.moments.push({ change, second: step.second, cursors: this.cursorsAt(step.second) });
    }
  }

  get outcome(): Outcome {
    return outcomeOf(this.lab, this.lab.ends);
  }

  /** The same world with a loss in it: what is left is recovered, the chain read again, and life goes on. */
  after(crash: Crash): Outcome {
    const count = this.moments.length;
    const at = Math.min(count - 1, Math.floor(crash.at * count));
    const before = this.moments.slice(0, at + 1);
    const kept = crash.redis === null ? null : before[Math.floor(crash.redis * before.length)];
    const ledger = this.ledgerAt(before, crash);
    const second = before.at(-1)?.second ?? 0;
    const { change, cursors } = recover(kept ?? null, ledger, T0 + second * 1000);
    const lab = new TimerLab(this.plan.timer);
    lab.take(change);
    for (const key of kept !== undefined && kept !== null && ledger.isFromRedis(kept)
      ? marksOf(before, kept)
      : ledger.marks())
      lab.counted.add(key);
    const ends = new Map(ledger.ends.map((end) => [end.round, end]));
    finishClosing(lab, ends);
    const again = this.plan.chain.filter(
      (trade, position) => (this.foundAt[position] ?? 0) <= second && trade.slot > rereadFrom(cursors),
    );
    lab.find(again, second);
    const known = new Set(ledger.acts.map(({ id }) => id));
    const acts = this.lab.acts.filter(({ id }) => !known.has(id));
    const replays = acts.map((act): Step => {
      return { second: (act.atMs - T0) / 1000, rank: 1, go: (one) => one.replay(act) };
    });
    for (const step of this.steps(second, replays)) step.go(lab);
    for (const end of lab.ends) if (!ends.has(end.round)) ends.set(end.round, end);
    return outcomeOf(lab, [...ends.values()]);
  }

  private asking({ second, ...act }: Plan['asked'][number]): Step {
    return { second, rank: 1, go: (lab) => void lab.act(act.type, second, act) };
  }

  private steps(from: number, acts: readonly Step[]): readonly Step[] {
    const { chain, looks } = this.plan;
    const finds = chain.map((trade, position): Step => {
      const second = this.foundAt[position] ?? 0;
      return { second, rank: 0, go: (lab) => void lab.find([trade], second) };
    });
    const settling = looks.map((second): Step => {
      return { second, rank: 2, go: (lab) => lab.settle(this.honestWatermark(second)) };
    });
    const calm: Step = { second: CALM_SECOND, rank: 2, go: (lab) => lab.settle(watermarkAt(CALM_SECOND)) };
    return [...finds, ...acts, ...settling, calm]
      .filter(({ second }) => second >= from)
      .sort((a, b) => a.second - b.second || a.rank - b.rank);
  }

  /** The highest watermark that can be honest: 13 s behind, and below every trade not found yet. */
  private honestWatermark(second: number): Watermark {
    const hidden = this.plan.chain.filter((_, position) => (this.foundAt[position] ?? 0) > second);
    const finalized = watermarkAt(Math.max(0, second - 13));
    const slot = Math.min(finalized.slot, ...hidden.map((trade) => trade.slot - 1));
    const blockTimeMs = T0 + Math.floor((slot - 1_000) / 2.5) * 1000;
    return slot === finalized.slot ? finalized : { slot, blockTimeMs };
  }

  /** The last row that was processed; late rows may be found up to 150 slots behind it. */
  private cursorsAt(second: number): readonly Cursor[] {
    const found = this.plan.chain.filter((_, position) => (this.foundAt[position] ?? 0) <= second);
    return [{ address: 'mint', slot: Math.max(1_000, ...found.map(({ slot }) => slot)), signature: 'last' }];
  }

  private ledgerAt(before: readonly Moment[], { postgres, isHoled }: Crash): Ledger {
    const records = before.filter(({ change }) => change.isVisible);
    const length = Math.floor(postgres * (records.length + 1));
    const holes = isHoled ? records.flatMap((_, from) => holed(records, from) ?? []) : [];
    const written = holes[Math.floor(postgres * holes.length)] ?? records.slice(0, length);
    this.holes += holes.length > 0 ? 1 : 0;
    const last = before.at(-1)?.change;
    const isKept = (act: Act): boolean =>
      before.some(({ change }) => change.state.acceptedActs.includes(act.id)) ||
      last?.state.reserved?.id === act.id;
    const acts = this.lab.acts.filter(isKept);
    const told = before.flatMap(({ change }) => change.ended);
    const frozen = last?.state.closing ?? null;
    const voids = acts.flatMap(({ effect }) => (effect.kind === 'VOID' ? [effect.end] : []));
    const ends = [
      ...new Map([...told, ...voids, ...(frozen ? [frozen] : [])].map((end) => [end.round, end])).values(),
    ];
    return new Ledger(this.plan.timer, written, acts, ends);
  }
}

/** What Postgres holds: the records that the historian wrote, and all acts and ends. */
class Ledger {
  readonly state: TimerState;
  readonly cursors: readonly Cursor[];
  private readonly trades = new Map<string, FoldedTrade>();

  constructor(
    timer: NewTimer,
    written: readonly Moment[],
    readonly acts: readonly Act[],
    readonly ends: readonly RoundEnd[],
  ) {
    this.state = written.at(-1)?.change.state ?? new TimerLab(timer).log.state;
    this.cursors = written.at(-1)?.cursors ?? [];
    for (const trade of written.flatMap(({ change }) => change.trades))
      this.trades.set(tradeKey(trade), trade);
  }

  isFromRedis(kept: Moment): boolean {
    return isRedisNewer(kept.change.state, this.state);
  }

  past(afterMs: number): { trades: readonly FoldedTrade[]; acts: readonly Act[] } {
    const trades = [...this.trades.values()].filter(({ blockTimeMs }) => blockTimeMs > afterMs);
    return { trades, acts: this.acts.filter(({ atMs }) => atMs > afterMs) };
  }

  marks(): Iterable<string> {
    return this.trades.keys();
  }
}

/**
 * The first `length` records and one further on, where that can be and matters: its watermark is past a trade of the
 * records between, and the chain is read again from below them all. Null where there is no such record.
 */
function holed(records: readonly Moment[], length: number): readonly (readonly Moment[])[] | null {
  const last = records.findLast((one, position) => {
    if (position <= length) return false;
    const from = rereadFrom(olderCursors(one.cursors, one.cursors));
    const missing = records.slice(length, position).flatMap(({ change }) => change.trades);
    const { watermark } = one.change.state;
    return missing.some(({ slot }) => slot <= watermark.slot) && missing.every(({ slot }) => slot > from);
  });
  return last === undefined ? null : [[...records.slice(0, length), last]];
}

/** As the service recovers. */
function recover(
  kept: Moment | null,
  ledger: Ledger,
  nowMs: number,
): { change: Change; cursors: readonly Cursor[] } {
  const isFromRedis = kept !== null && ledger.isFromRedis(kept);
  const state = isFromRedis ? kept.change.state : ledger.state;
  const past = ledger.past(state.roundBase.lastEndMs);
  const cursors = olderCursors(isFromRedis ? kept.cursors : ledger.cursors, ledger.cursors);
  const slot = rereadFrom(cursors);
  const side: Side = isFromRedis ? takenBack(kept.change, past, slot) : sideFromHistory(state, past, slot);
  const known = kept === null ? [ledger.state] : [ledger.state, kept.change.state];
  const highest = {
    epoch: Math.max(...known.map(({ epoch }) => epoch)),
    revision: Math.max(...known.map(({ revision }) => revision)),
  };
  const ends = ledger.ends.filter(({ round }) => round >= state.current.round);
  return { change: recovered(side, { acts: actsBeyond(state, past.acts), ends, highest }, nowMs), cursors };
}

function marksOf(moments: readonly Moment[], last: Moment): readonly string[] {
  return moments.slice(0, moments.indexOf(last) + 1).flatMap(({ change }) => change.counted.map(tradeKey));
}

/** A round that is frozen ends as Postgres has it. */
function finishClosing(lab: TimerLab, ends: ReadonlyMap<number, RoundEnd>): void {
  const { closing } = lab.log.state;
  if (closing === null) return;
  const end = ends.get(closing.round) ?? closing;
  lab.take(announce(lab.log, end, lab.log.state.lastCommitMs));
}

function outcomeOf(lab: TimerLab, ends: readonly RoundEnd[]): Outcome {
  const { phase, round, startedAtMs, deadlineMs, remainingMs, lastTrade, counts, lastEndMs } = lab.current;
  return {
    ends: [...ends].sort((a, b) => a.round - b.round),
    last: { phase, round, startedAtMs, deadlineMs, remainingMs, lastTrade, counts, lastEndMs },
    late: lab.events.filter(({ type }) => type === 'LATE_TRADE').length,
  };
}
