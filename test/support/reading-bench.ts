import { Logger } from '@nestjs/common';
import type { Completeness } from '../../src/settings/domain/settings';
import { ChainObserver } from '../../src/solana/chain-observer';
import type { SettleRules } from '../../src/solana/settler';
import { Settler } from '../../src/solana/settler';
import { IngestService } from '../../src/solana/ingest.service';
import { PollingSource } from '../../src/solana/sources/polling.source';
import { RowJudge } from '../../src/solana/sources/row-judge';
import type { Turn } from '../../src/solana/sources/timer-door';
import { TimerMemory } from '../../src/solana/sources/timer-memory';
import { blockTimeSecOf, MemoryChain } from './memory-chain';
import { MemoryTimerDoor, stateWith } from './memory-timer-door';

/** The mint that the chain in memory trades. */
export const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';

/** A leader over a chain and a timer in memory; its clocks follow the chain's slots. */
export class ReadingBench {
  readonly chain: MemoryChain;
  readonly door: MemoryTimerDoor;
  memory = new TimerMemory(MINT, 1);
  completeness: Completeness = 'FULL';
  readonly observer: ChainObserver;
  readonly polling: PollingSource;
  readonly settler: Settler;
  readonly stop = new AbortController();
  /** What pushes bring while a look waits for them. */
  whenCaughtUp: () => void = () => undefined;

  constructor(
    endpoints = 1,
    rules: SettleRules = { commitment: 'finalized', marginMs: 2_000, timeoutMs: 60_000 },
    tip = 10_000,
  ) {
    Logger.overrideLogger(false);
    this.chain = new MemoryChain(MINT, endpoints, tip);
    this.door = new MemoryTimerDoor(stateWith(MINT, blockTimeSecOf(tip) * 1000));
    const clock = { now: () => this.nowMs, isSuspect: false, observeBlock: () => undefined };
    this.observer = new ChainObserver(clock);
    const ingest = new IngestService(this.observer);
    const judge = new RowJudge(this.chain, ingest, this.observer, () => this.nowMs);
    this.polling = new PollingSource(this.chain, this.door, judge, this.observer, {
      caughtUp: () => {
        this.whenCaughtUp();
        return Promise.resolve();
      },
    });
    this.settler = new Settler(this.chain, this.door, judge, this.observer, rules);
  }

  /** Shared time: the block time of the tip. */
  get nowMs(): number {
    return blockTimeSecOf(this.chain.tip) * 1000;
  }

  /** Another instance takes over: nothing of the memory is left. */
  restart(): void {
    this.memory = new TimerMemory(MINT, 1);
  }

  /** One look. */
  async look(): ReturnType<PollingSource['look']> {
    return await this.polling.look(await this.turn());
  }

  /** One settling. */
  async settle(): ReturnType<Settler['settle']> {
    return await this.settler.settle(await this.turn());
  }

  private async turn(): Promise<Turn> {
    const reading = await this.door.reading();
    if (reading === null) throw new Error('no timer');
    const { memory, completeness } = this;
    return { reading, memory, completeness, fencingToken: 1, signal: this.stop.signal };
  }
}
