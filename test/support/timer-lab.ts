import { accept, judgeAct, reserve } from '../../src/timer/domain/acts';
import type { ActRequest } from '../../src/timer/domain/acts';
import { addTrades, advance, announce, changeTo, freeze } from '../../src/timer/domain/change';
import type { Change, Log } from '../../src/timer/domain/change';
import { firstState } from '../../src/timer/domain/new-timer';
import type { NewTimer } from '../../src/timer/domain/new-timer';
import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import type { Act, RoundEnd, Watermark } from '../../src/timer/domain/timer';
import { tradeKey } from '../../src/timer/domain/trade';
import type { Trade } from '../../src/timer/domain/trade';

/** Where the tests' time begins; a whole second, as block times are. */
export const T0 = 1_700_000_000_000;

/** The mint that the tests' timers watch. */
export const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';

/** A trade at `second` after T0, with the given differences from a plain buy of one token. */
export function tradeAt(second: number, differences: Partial<Trade> = {}): Trade {
  const slot = differences.slot ?? 1_000 + Math.round(second * 2.5);
  return {
    signature: `sig-${String(slot).padStart(9, '0')}`,
    index: 0,
    slot,
    blockIndex: 0,
    blockTimeMs: T0 + second * 1000,
    detectedAtMs: T0 + second * 1000 + 700,
    mint: MINT,
    side: 'BUY',
    amountRaw: '1000000',
    decimals: 6,
    trader: `trader-${slot}`,
    quoteMint: null,
    quoteRaw: null,
    quoteDecimals: null,
    program: 'unknown',
    source: 'POLLING',
    ...differences,
  };
}

/** A watermark whose block time is `second` after T0. */
export function watermarkAt(second: number): Watermark {
  return { slot: 1_000 + Math.floor(second * 2.5), blockTimeMs: T0 + second * 1000 };
}

/** A timer of 60 s, made at T0. */
export function newTimer(differences: Partial<NewTimer> = {}): NewTimer {
  return {
    id: 'global',
    tokenAddress: MINT,
    durationMs: 60_000,
    rules: DEFAULT_RULES,
    pools: [],
    chainReading: true,
    isPaused: false,
    ...differences,
  };
}

/** A timer in memory, driven through the same pure transitions as the real one, with a clock that the test sets. */
export class TimerLab {
  log: Log;
  readonly ends: RoundEnd[] = [];
  readonly acts: Act[] = [];
  readonly changes: Change[] = [];
  readonly counted = new Set<string>();
  private actNumber = 0;

  constructor(timer: NewTimer = newTimer(), createdSecond = 0) {
    this.log = { state: firstState(timer, T0 + createdSecond * 1000), tail: [] };
  }

  get current() {
    return this.log.state.current;
  }

  /** Deadline in seconds after T0. */
  get deadline(): number {
    return (this.current.deadlineMs - T0) / 1000;
  }

  /** Events so far, oldest first. */
  get events() {
    return this.changes.flatMap((change) => change.events);
  }

  find(trades: readonly Trade[], second: number): Change | null {
    const change = addTrades(this.log, trades, (key) => this.counted.has(key), T0 + second * 1000);
    if (change !== null) this.take(change);
    return change;
  }

  /** Asks for an act; the refusal's sentence, or the act as it was accepted. */
  act(type: ActRequest['type'], second: number, differences: Partial<ActRequest> = {}): Act | string {
    this.actNumber += 1;
    const id = `act-${String(this.actNumber).padStart(4, '0')}`;
    const request = { id, type, actor: 'admin', reason: null, force: false, change: {}, ...differences };
    const act = judgeAct(this.log, request, T0 + second * 1000);
    if ('refusal' in act) return act.refusal;
    this.take(reserve(this.log, act, T0 + second * 1000));
    this.take(accept(this.log, act, T0 + second * 1000));
    this.acts.push(act);
    if (act.effect.kind === 'VOID') this.ends.push(act.effect.end);
    return act;
  }

  /** Puts an act that was accepted elsewhere into the log as it was accepted. */
  replay(act: Act): void {
    const tail = [...this.log.tail, { kind: 'act' as const, act }];
    this.take(changeTo(this.log, { state: this.log.state, tail, nowMs: act.atMs }));
    if (act.effect.kind === 'VOID') this.ends.push(act.effect.end);
  }

  /** The chain is read up to `watermark`: closes what is over, then settles. */
  settle(watermark: Watermark, marginMs = 2_000): void {
    for (;;) {
      const frozen = freeze(this.log, watermark, marginMs, watermark.blockTimeMs);
      if (frozen?.state.closing === undefined || frozen.state.closing === null) break;
      this.take(frozen);
      this.ends.push(frozen.state.closing);
      this.take(announce(this.log, frozen.state.closing, watermark.blockTimeMs));
    }
    const change = advance(this.log, watermark, watermark.blockTimeMs);
    if (change !== null) this.take(change);
  }

  /** Makes a change true that was planned elsewhere. */
  take(change: Change): void {
    for (const trade of change.counted) this.counted.add(tradeKey(trade));
    this.changes.push(change);
    this.log = { state: change.state, tail: change.tail };
  }
}
