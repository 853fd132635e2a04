import { ChainObserver } from '../../src/solana/chain-observer';
import { WEBHOOK_EVENT } from '../../src/solana/domain/credits';
import { readTransaction } from '../../src/solana/domain/transaction';
import { IngestService } from '../../src/solana/ingest.service';
import { CreditMeter } from '../../src/solana/rpc/credit-meter';
import { Settler } from '../../src/solana/settler';
import { PollingSource } from '../../src/solana/sources/polling.source';
import { PushDesk } from '../../src/solana/sources/push-desk';
import { ReadingList } from '../../src/solana/sources/reading-list';
import { RowJudge } from '../../src/solana/sources/row-judge';
import { TimerMemories } from '../../src/solana/sources/timer-memory';
import { TimerWorker } from '../../src/solana/timer-worker';
import type { WorkerParts } from '../../src/solana/timer-worker';
import type { Completeness, PollingMode } from '../../src/settings/domain/settings';
import { viewOf } from '../../src/timer/domain/timer.events';
import type { Change } from '../../src/timer/domain/change';
import { tradeKey } from '../../src/timer/domain/trade';
import { MemoryTimers } from '../../test/support/memory-timers';
import { readingPolicy } from '../../test/support/reading-policy';
import { chainOf, DAY_MS, START_MS } from './profiles';
import type { ChainRow, Noise, ProfileName } from './profiles';
import { latencyOf, pricesOf } from './row';
import type { ResultRow } from './row';
import { payloadOf, SimulatedChain } from './simulated-chain';
import { TIMER, truthOf } from './truth';
import type { Truth } from './truth';
import { drawFrom, VirtualClock } from './virtual-clock';

/** How the chain is read in one run. */
export interface OurPolicy {
  readonly mode: PollingMode | 'WEBHOOK';
  readonly completeness: Completeness;
  readonly profile: ProfileName;
  readonly instances: number;
  /** True: no look and no settling is ever due again after the first. */
  readonly isBroken: boolean;
  readonly noise: Noise;
}

/** After the day everything may settle: the longest sweep, a countdown, and the final chain. */
const SETTLED_MS = START_MS + DAY_MS + 3_600_000;
/** Among several instances the lease goes round this often. */
const TERM_MS = 8 * 3_600_000;
/** One delivery in two hundred never comes. */
const LOST_PUSHES = 0.005;

/** Plays the day through the production reader, and compares with the truth. */
export async function playOurs(policy: OurPolicy): Promise<ResultRow> {
  const rows = chainOf(policy.profile, policy.noise);
  const day = new Day(policy, rows);
  await day.play();
  return day.result(truthOf(rows, SETTLED_MS));
}

class Day {
  private readonly clock = new VirtualClock(START_MS);
  private readonly meter = new CreditMeter(() => START_MS);
  private readonly timers = new MemoryTimers({
    now: () => this.clock.nowMs,
    marginMs: 2_000,
    keepsRecords: false,
  });
  private readonly latencies: number[] = [];
  private readonly resets: { readonly key: string; readonly round: number }[] = [];
  private readonly recorded = new Set<string>();
  private readonly draw = drawFrom(99);
  private readonly pushes: readonly ChainRow[];
  private nextPush = 0;
  private token = 0;
  private callsOfDay: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly policy: OurPolicy,
    private readonly rows: readonly ChainRow[],
  ) {
    this.pushes = policy.mode === 'WEBHOOK' ? rows.toSorted((a, b) => a.listedAtMs - b.listedAtMs) : [];
    this.timers.store.onCommit = (change) => this.note(change);
  }

  async play(): Promise<void> {
    await this.timers.create(TIMER);
    const terms =
      this.policy.instances === 1 ? [SETTLED_MS] : [START_MS + TERM_MS, START_MS + 2 * TERM_MS, SETTLED_MS];
    for (const untilMs of terms) await this.lead(untilMs);
  }

  result({ rounds, ends }: Truth): ResultRow {
    const told = this.timers.ledger.ends;
    const isSameEnd = (a: (typeof ends)[number], b: (typeof ends)[number]): boolean =>
      a.endedAtMs === b.endedAtMs && a.lastTrade?.signature === b.lastTrade?.signature;
    const untold = ends.filter((end) => !told.some((one) => one.round === end.round && isSameEnd(one, end)));
    const unrecorded = [...rounds.keys()].filter((key) => !this.recorded.has(key));
    const { isBroken, mode, completeness, profile, instances } = this.policy;
    return {
      policy: isBroken ? 'broken' : 'ours',
      mode,
      completeness,
      profile,
      instances,
      ...pricesOf(this.callsOfDay),
      missed: completeness === 'FULL' ? unrecorded.length : untold.length,
      falseEndings: told.filter(({ endedAtMs }) => !ends.some((end) => end.endedAtMs === endedAtMs)).length,
      phantomResets: this.resets.filter(({ key, round }) => rounds.get(key) !== round).length,
      latencyMs: latencyOf(this.latencies),
    };
  }

  /** One term of one leader: what it remembers goes with it. */
  private async lead(untilMs: number): Promise<void> {
    this.token += 1;
    const { parts, desk } = this.reader();
    const { signal } = new AbortController();
    const worker = new TimerWorker(parts, TIMER.id, this.token, signal);
    while (this.clock.nowMs < untilMs) {
      const waitMs = await worker.step();
      if (typeof waitMs === 'string') throw new Error(waitMs);
      const isForgotten = this.policy.isBroken && this.clock.nowMs > START_MS + 1_000;
      const wakeMs = Math.min(untilMs, isForgotten ? untilMs : this.clock.nowMs + waitMs);
      const pushedMs = await this.push(desk, wakeMs);
      this.clock.passTo(pushedMs ?? wakeMs);
      this.keepDay();
    }
  }

  /** Delivers what is pushed until then, and stops where the reader must be asked again. */
  private async push(desk: PushDesk, untilMs: number): Promise<number | null> {
    const row = this.pushes[this.nextPush];
    if (row === undefined || row.listedAtMs > untilMs) return null;
    this.clock.passTo(row.listedAtMs + 500);
    this.nextPush += 1;
    this.meter.count({ method: WEBHOOK_EVENT, endpoint: 'helius' });
    if (this.draw() < LOST_PUSHES) return this.clock.nowMs;
    const { signal } = new AbortController();
    await desk.take([readTransaction(payloadOf(row))], {
      source: 'WEBHOOK',
      fencingToken: this.token,
      signal,
    });
    return this.clock.nowMs;
  }

  private reader(): { parts: WorkerParts; desk: PushDesk } {
    const { clock, timers } = this;
    const chain = new SimulatedChain(this.rows, clock, this.meter);
    const observer = new ChainObserver({
      now: () => clock.nowMs,
      isSuspect: false,
      observeBlock: () => undefined,
    });
    const ingest = new IngestService(observer);
    const judge = new RowJudge(chain, ingest, observer, () => clock.nowMs);
    const memories = new TimerMemories();
    const rules = { commitment: 'finalized', marginMs: 2_000, timeoutMs: 60_000 } as const;
    const { mode, completeness } = this.policy;
    const choice = { mode: mode === 'WEBHOOK' ? 'BALANCED' : mode, completeness } as const;
    const list = new ReadingList(
      {
        list: async () => {
          const reading = await timers.reading(TIMER.id);
          return reading === null
            ? []
            : [{ view: viewOf(reading.state), nowMs: clock.nowMs, isStale: false }];
        },
        reading: (id) => timers.reading(id),
      },
      () => clock.nowMs,
    );
    const parts = {
      timers,
      polling: new PollingSource(chain, timers, judge, observer),
      settler: new Settler(chain, timers, judge, observer, rules),
      observer,
      memories,
      rules,
      policy: readingPolicy({ ...choice, viewers: 1, isPushed: mode === 'WEBHOOK' }),
      clock: { monotonicMs: () => clock.nowMs, random: this.draw },
    };
    return { parts, desk: new PushDesk({ timers, chain, ingest, memories, list }) };
  }

  private note(change: Change): void {
    for (const trade of change.firstTrades) {
      this.recorded.add(tradeKey(trade));
      this.latencies.push(this.clock.nowMs - trade.blockTimeMs);
    }
    for (const { type, trade, round } of change.events) {
      if (trade !== null && (type === 'RESET' || type === 'STARTED'))
        this.resets.push({ key: tradeKey(trade), round });
    }
  }

  /** What the day has cost, before it is settled. */
  private keepDay(): void {
    if (this.clock.nowMs >= START_MS + DAY_MS) return;
    const calls = new Map<string, number>();
    for (const { method, calls: count } of this.meter.counts())
      calls.set(method, (calls.get(method) ?? 0) + count);
    this.callsOfDay = calls;
  }
}
