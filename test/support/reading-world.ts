import { Logger } from '@nestjs/common';
import type { Completeness } from '../../src/settings/domain/settings';
import type { SettleRules } from '../../src/solana/settler';
import { SolanaError } from '../../src/solana/domain/solana.errors';
import type { NewTimer } from '../../src/timer/domain/new-timer';
import type { RoundEnd } from '../../src/timer/domain/timer';
import type { Trade } from '../../src/timer/domain/trade';
import { blockTimeSecOf, MemoryChain } from './memory-chain';
import type { MemoryRow } from './memory-chain';
import { MemoryTimers } from './memory-timers';
import { ReadingLeader } from './reading-leader';
import type { LeaderParts } from './reading-leader';
import { MINT, newTimer, T0, TimerLab, tradeAt } from './timer-lab';

const FINALIZED: SettleRules = { commitment: 'finalized', marginMs: 2_000, timeoutMs: 60_000 };

/** How a leader reaches the chain. */
export type ChainReach = Pick<LeaderParts, 'chain' | 'pageRows' | 'wait' | 'monotonicMs'>;

/** What a world is made of. */
export interface WorldChoice {
  readonly completeness: Completeness;
  readonly timer?: NewTimer;
  /** Nodes of the chain; default 2. */
  readonly nodes?: number;
  readonly rules?: SettleRules;
  /** How leaders reach the chain; default: its nodes one after the other, without waits. */
  readonly reach?: (chain: MemoryChain) => ChainReach;
}

/** A leader over a chain in memory and timers in memory that fold as the real ones do; all clocks follow the slots. */
export class ReadingWorld {
  readonly chain: MemoryChain;
  /** The instance that takes admins' acts. */
  readonly timers: MemoryTimers;
  readonly timer: NewTimer;
  readonly rules: SettleRules;
  readonly createdMs: number;
  /** What the shared clock differs from block times by, ms. */
  skewMs = 500;
  /** Whether the shared clock has made an unexplained step. */
  isSuspect = false;
  private readonly completeness: Completeness;
  private readonly reach: () => ChainReach;
  private highestMs = 0;
  private token = 0;
  private present: ReadingLeader | null = null;

  constructor(choice: WorldChoice) {
    const { completeness, timer = newTimer(), nodes = 2, rules = FINALIZED } = choice;
    Logger.overrideLogger(false);
    this.completeness = completeness;
    this.timer = timer;
    this.rules = rules;
    this.chain = new MemoryChain(MINT, nodes, 10_000);
    this.reach = () => choice.reach?.(this.chain) ?? { chain: this.chain };
    this.createdMs = this.nowMs;
    this.timers = new MemoryTimers(this.timerOptions());
  }

  /** Shared time. */
  get nowMs(): number {
    this.highestMs = Math.max(this.highestMs, blockTimeSecOf(this.chain.tip) * 1000 + this.skewMs);
    return this.highestMs;
  }

  /** Makes the timer and looks for the first time. */
  async begin(): Promise<void> {
    await this.timers.create(this.timer);
    await this.look();
    this.chain.tip += 3;
  }

  /** The instance that leads. */
  protected get leader(): ReadingLeader {
    this.present ??= this.nextLeader();
    return this.present;
  }

  /** Another instance takes over: nothing of the memory is left, and the old one may write no more. */
  async takeOver(): Promise<void> {
    this.present = this.nextLeader();
    await this.present.begin();
  }

  async look(): ReturnType<ReadingLeader['look']> {
    return await this.leader.look();
  }

  async settle(): ReturnType<ReadingLeader['settle']> {
    return await this.leader.settle();
  }

  /** A transaction is pushed, as a webhook would: its trades are in, and no cursor has moved. */
  async push(row: MemoryRow): Promise<void> {
    if (row.hasFailed || this.chain.noise.has(row.signature)) return;
    await this.timers.apply(this.timer.id, { trades: [this.tradeOf(row)], cursors: [] }, this.token);
  }

  /** Lets the chain go on for hours and reads on; after the first minutes nothing may fail any more. */
  async calm(): Promise<void> {
    for (let turn = 0; turn < 60; turn += 1) {
      this.chain.tip += 100;
      const isUneasy = turn < 8;
      await this.tolerate(isUneasy, () => this.look());
      await this.tolerate(isUneasy, () => this.settle());
    }
  }

  /** Does what may fail for a while. */
  protected async tolerate(isUneasy: boolean, work: () => Promise<unknown>): Promise<void> {
    await work().catch((err: unknown) => {
      if (!isUneasy || !(err instanceof SolanaError)) throw err;
    });
  }

  async ends(): Promise<readonly RoundEnd[]> {
    return Promise.resolve(this.timers.ledger.ends.toSorted((a, b) => a.round - b.round));
  }

  /** The same chain and the acts as they were accepted, folded at once. */
  async truth(): Promise<TimerLab> {
    const reading = await this.timers.reading(this.timer.id);
    if (reading === null) throw new Error('no timer');
    const lab = new TimerLab(this.timer, (this.createdMs - T0) / 1000);
    for (const act of this.timers.acceptedActs) lab.replay(act);
    const trades = this.chain.rows
      .filter((row) => !row.hasFailed && !this.chain.noise.has(row.signature))
      .map((row) => ({ ...this.tradeOf(row), blockIndex: this.placeOf(row) }));
    lab.find(trades, (this.nowMs - T0) / 1000);
    lab.settle(reading.state.watermark, this.rules.marginMs);
    return lab;
  }

  private placeOf(row: MemoryRow): number {
    return this.chain.rows.filter(({ slot }) => slot === row.slot).indexOf(row);
  }

  protected tradeOf({ signature, slot, blockTimeSec }: MemoryRow): Trade {
    return tradeAt(0, {
      signature,
      slot,
      blockIndex: null,
      blockTimeMs: (blockTimeSec ?? 0) * 1000,
      amountRaw: '5000000',
      trader: 'HN7cABqLq46Es1jh92dQQisAq662SmxELLLsHHe4YWrH',
    });
  }

  private nextLeader(): ReadingLeader {
    this.token += 1;
    const clock = {
      now: () => this.nowMs,
      isSuspect: () => this.isSuspect,
    };
    return new ReadingLeader(this.timer.id, this.token, {
      ...this.reach(),
      timers: new MemoryTimers(this.timerOptions(), this.timers),
      clock: {
        now: clock.now,
        get isSuspect() {
          return clock.isSuspect();
        },
        observeBlock: () => undefined,
      },
      rules: this.rules,
      completeness: this.completeness,
    });
  }

  private timerOptions(): ConstructorParameters<typeof MemoryTimers>[0] {
    return { now: () => this.nowMs, marginMs: this.rules.marginMs, isSuspect: () => this.isSuspect };
  }
}
