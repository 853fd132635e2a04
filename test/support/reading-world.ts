import { Logger } from '@nestjs/common';
import type { Completeness } from '../../src/settings/domain/settings';
import { ChainObserver } from '../../src/solana/chain-observer';
import { IngestService } from '../../src/solana/ingest.service';
import { Settler } from '../../src/solana/settler';
import { PollingSource } from '../../src/solana/sources/polling.source';
import { RowJudge } from '../../src/solana/sources/row-judge';
import type { Turn } from '../../src/solana/sources/timer-door';
import { TimerMemories } from '../../src/solana/sources/timer-memory';
import { SolanaError } from '../../src/solana/domain/solana.errors';
import { completenessFor } from '../../src/solana/domain/completeness';
import type { NewTimer } from '../../src/timer/domain/new-timer';
import type { RoundEnd } from '../../src/timer/domain/timer';
import type { Trade } from '../../src/timer/domain/trade';
import { blockTimeSecOf, MemoryChain } from './memory-chain';
import type { MemoryRow } from './memory-chain';
import { MemoryTimers } from './memory-timers';
import { MINT, newTimer, T0, TimerLab, tradeAt } from './timer-lab';

const MARGIN_MS = 2_000;

/** A leader over a chain in memory and timers in memory that fold as the real ones do; all clocks follow the slots. */
export class ReadingWorld {
  readonly chain: MemoryChain;
  readonly timers: MemoryTimers;
  readonly createdMs: number;
  private readonly observer: ChainObserver;
  private readonly polling: PollingSource;
  private readonly settler: Settler;
  private memories = new TimerMemories();
  private token = 1;

  constructor(
    readonly completeness: Completeness,
    readonly timer: NewTimer = newTimer(),
    endpoints = 2,
    tip = 10_000,
  ) {
    Logger.overrideLogger(false);
    this.chain = new MemoryChain(MINT, endpoints, tip);
    this.createdMs = this.nowMs;
    this.timers = new MemoryTimers({ now: () => this.nowMs, marginMs: MARGIN_MS });
    const clock = { now: () => this.nowMs, isSuspect: false, observeBlock: () => undefined };
    this.observer = new ChainObserver(clock);
    const ingest = new IngestService(this.observer);
    const judge = new RowJudge(this.chain, ingest, this.observer, () => this.nowMs);
    this.polling = new PollingSource(this.chain, this.timers, judge, this.observer);
    const rules = { commitment: 'finalized', marginMs: MARGIN_MS, timeoutMs: 60_000 } as const;
    this.settler = new Settler(this.chain, this.timers, judge, this.observer, rules);
  }

  /** Shared time: the block time of the tip, and half a second. */
  get nowMs(): number {
    return blockTimeSecOf(this.chain.tip) * 1000 + 500;
  }

  /** Makes the timer and looks for the first time. */
  async begin(): Promise<void> {
    await this.timers.create(this.timer);
    await this.look();
    this.chain.tip += 3;
  }

  /** Another instance takes over: nothing of the memory is left, and the old one may write no more. */
  async takeOver(): Promise<void> {
    this.memories = new TimerMemories();
    this.token += 1;
    await this.timers.apply(this.timer.id, { trades: [], cursors: [] }, this.token);
  }

  async look(): ReturnType<PollingSource['look']> {
    return await this.polling.look(await this.turn());
  }

  async settle(): ReturnType<Settler['settle']> {
    return await this.settler.settle(await this.turn());
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

  private async tolerate(isUneasy: boolean, work: () => Promise<unknown>): Promise<void> {
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
    lab.settle(reading.state.watermark, MARGIN_MS);
    return lab;
  }

  private placeOf(row: MemoryRow): number {
    return this.chain.rows.filter(({ slot }) => slot === row.slot).indexOf(row);
  }

  private tradeOf({ signature, slot, blockTimeSec }: MemoryRow): Trade {
    return tradeAt(0, {
      signature,
      slot,
      blockIndex: null,
      blockTimeMs: (blockTimeSec ?? 0) * 1000,
      amountRaw: '5000000',
      trader: 'HN7cABqLq46Es1jh92dQQisAq662SmxELLLsHHe4YWrH',
    });
  }

  private async turn(): Promise<Turn> {
    const reading = await this.timers.reading(this.timer.id);
    if (reading === null) throw new Error('no timer');
    return {
      reading,
      memory: this.memories.of(reading.state),
      completeness: completenessFor(this.completeness, reading),
      fencingToken: this.token,
      signal: new AbortController().signal,
    };
  }
}
