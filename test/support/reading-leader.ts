import { ChainObserver } from '../../src/solana/chain-observer';
import type { ChainClock } from '../../src/solana/chain-observer';
import type { ChainSource } from '../../src/solana/chain-reader';
import { IngestService } from '../../src/solana/ingest.service';
import { readTransaction } from '../../src/solana/domain/transaction';
import { Settler } from '../../src/solana/settler';
import type { SettleRules } from '../../src/solana/settler';
import { PollingSource } from '../../src/solana/sources/polling.source';
import { PushDesk } from '../../src/solana/sources/push-desk';
import { RowJudge } from '../../src/solana/sources/row-judge';
import type { Turn } from '../../src/solana/sources/timer-door';
import { TimerMemories } from '../../src/solana/sources/timer-memory';
import { completenessFor } from '../../src/solana/domain/completeness';
import type { Completeness } from '../../src/settings/domain/settings';
import type { MemoryTimers } from './memory-timers';

/** What one instance leads with. */
export interface LeaderParts {
  readonly chain: ChainSource;
  readonly timers: MemoryTimers;
  readonly clock: ChainClock;
  readonly rules: SettleRules;
  readonly completeness: Completeness;
  /** Rows of a full page; default: as many as nodes give. */
  readonly pageRows?: number;
  /** Default: waits are over at once. */
  readonly wait?: (ms: number) => void;
  /** A clock that never steps, ms; default: that of `clock`. */
  readonly monotonicMs?: () => number;
}

/** An instance that leads: the code that reads the chain, with a memory and a fencing token of its own. */
export class ReadingLeader {
  /** Aborted when it dies. */
  readonly life = new AbortController();
  readonly observer: ChainObserver;
  private readonly polling: PollingSource;
  private readonly settler: Settler;
  private readonly desk: PushDesk;
  private readonly memories = new TimerMemories();

  constructor(
    private readonly timerId: string,
    private readonly fencingToken: number,
    private readonly parts: LeaderParts,
  ) {
    const { chain, timers, clock, rules, pageRows, wait, monotonicMs = () => clock.now() } = parts;
    this.observer = new ChainObserver(clock);
    const ingest = new IngestService(this.observer);
    const judge = new RowJudge(chain, ingest, this.observer, monotonicMs);
    this.polling = new PollingSource(chain, timers, judge, this.observer);
    this.settler = new Settler(chain, timers, judge, this.observer, rules);
    if (pageRows !== undefined) {
      this.polling.pageRows = pageRows;
      this.settler.pageRows = pageRows;
    }
    this.desk = new PushDesk({
      timers,
      chain,
      ingest,
      memories: this.memories,
      list: { all: async () => [(await this.turn()).reading.state] },
      wait: (ms) => {
        wait?.(ms);
        return Promise.resolve();
      },
    });
  }

  async look(): ReturnType<PollingSource['look']> {
    return await this.polling.look(await this.turn());
  }

  async settle(): ReturnType<Settler['settle']> {
    return await this.settler.settle(await this.turn());
  }

  /** Payloads are pushed, as a webhook does it. */
  async push(payloads: readonly unknown[]): ReturnType<PushDesk['take']> {
    const { fencingToken } = this;
    const turn = { source: 'WEBHOOK', fencingToken, signal: this.life.signal } as const;
    return await this.desk.take(payloads.map(readTransaction), turn);
  }

  /** Takes over with a first write. */
  async begin(): Promise<void> {
    await this.parts.timers.apply(this.timerId, { trades: [], cursors: [] }, this.fencingToken);
  }

  private async turn(): Promise<Turn> {
    const reading = await this.parts.timers.reading(this.timerId);
    if (reading === null) throw new Error('no timer');
    return {
      reading,
      memory: this.memories.of(reading.state),
      completeness: completenessFor(this.parts.completeness, reading),
      fencingToken: this.fencingToken,
      signal: this.life.signal,
    };
  }
}
