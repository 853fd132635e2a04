import { ChainObserver } from '../../src/solana/chain-observer';
import { IngestService } from '../../src/solana/ingest.service';
import { Pushes } from '../../src/solana/pushes';
import type { CreditMeter } from '../../src/solana/rpc/credit-meter';
import { Settler } from '../../src/solana/settler';
import { PollingSource } from '../../src/solana/sources/polling.source';
import { PushDesk } from '../../src/solana/sources/push-desk';
import { ReadingList } from '../../src/solana/sources/reading-list';
import { RowJudge } from '../../src/solana/sources/row-judge';
import { TimerMemories } from '../../src/solana/sources/timer-memory';
import type { WorkerParts } from '../../src/solana/timer-worker';
import type { Completeness, PollingMode } from '../../src/settings/domain/settings';
import { viewOf } from '../../src/timer/domain/timer.events';
import type { MemoryTimers } from '../../test/support/memory-timers';
import { readingPolicy } from '../../test/support/reading-policy';
import type { ChainRow } from './profiles';
import { SimulatedChain } from './simulated-chain';
import { TIMER } from './truth';
import type { VirtualClock } from './virtual-clock';

/** What a leader reads with for one term. */
export interface Reader {
  readonly parts: WorkerParts;
  readonly pushes: Pushes;
  readonly desk: PushDesk;
  readonly list: ReadingList;
}

/** The day that is read, and what it is kept in. */
export interface World {
  readonly rows: readonly ChainRow[];
  readonly clock: VirtualClock;
  readonly meter: CreditMeter;
  readonly timers: MemoryTimers;
  readonly random: () => number;
}

/** Puts the production reader together as `watcherOf` does, on virtual time. */
export function readerOf(
  { rows, clock, meter, timers, random }: World,
  choice: { readonly mode: PollingMode; readonly completeness: Completeness },
): Reader {
  const chain = new SimulatedChain(rows, clock, meter);
  const observer = new ChainObserver({
    now: () => clock.nowMs,
    isSuspect: false,
    observeBlock: () => undefined,
  });
  const ingest = new IngestService(observer);
  const judge = new RowJudge(chain, ingest, observer, () => clock.nowMs);
  const memories = new TimerMemories();
  const rules = { commitment: 'finalized', marginMs: 2_000, timeoutMs: 60_000 } as const;
  const pushes = new Pushes(() => clock.nowMs);
  const door = pushes.listening(timers);
  const list = listOf(timers, clock);
  const parts = {
    timers,
    polling: new PollingSource(chain, door, judge, observer, pushes),
    settler: new Settler(chain, door, judge, observer, rules),
    observer,
    memories,
    rules,
    policy: { ...readingPolicy({ ...choice, viewers: 1 }), isPushed: () => pushes.isTrusted },
    clock: { monotonicMs: () => clock.nowMs, random },
  };
  const wait = (ms: number): Promise<void> => {
    clock.passTo(clock.nowMs + ms);
    return Promise.resolve();
  };
  return { parts, pushes, list, desk: new PushDesk({ timers, chain, ingest, memories, list, wait }) };
}

function listOf(timers: MemoryTimers, clock: VirtualClock): ReadingList {
  return new ReadingList(
    {
      list: async () => {
        const reading = await timers.reading(TIMER.id);
        return reading === null ? [] : [{ view: viewOf(reading.state), nowMs: clock.nowMs, isStale: false }];
      },
      reading: (id) => timers.reading(id),
    },
    () => clock.nowMs,
  );
}
