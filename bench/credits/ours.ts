import { CreditMeter } from '../../src/solana/rpc/credit-meter';
import { TimerWorker } from '../../src/solana/timer-worker';
import type { Completeness, PollingMode } from '../../src/settings/domain/settings';
import type { Change } from '../../src/timer/domain/change';
import { tradeKey } from '../../src/timer/domain/trade';
import { MemoryTimers } from '../../test/support/memory-timers';
import type { Lane, LaneTerm } from './lane';
import { chainOf, DAY_MS, START_MS } from './profiles';
import type { ChainRow, Noise, ProfileName } from './profiles';
import { readerOf } from './reader';
import type { Reader, World } from './reader';
import { latencyOf, pricesOf } from './row';
import type { ResultRow } from './row';
import { SocketLane } from './socket-lane';
import { TIMER, truthOf } from './truth';
import { verdictOf } from './verdict';
import { drawFrom, VirtualClock } from './virtual-clock';
import { WebhookLane } from './webhook-lane';

/** How the chain is read in one run. */
export interface OurPolicy {
  readonly mode: PollingMode | 'WEBHOOK' | 'WEBSOCKET';
  readonly completeness: Completeness;
  readonly profile: ProfileName;
  readonly instances: number;
  /** True: no look and no settling is ever due again after the first. */
  readonly isBroken: boolean;
  readonly noise: Noise;
  /** True: the provider switches the webhook off in the morning. */
  readonly isSwitchedOff?: boolean;
}

/** After the day everything may settle: the longest sweep, a countdown, and the final chain. */
const SETTLED_MS = START_MS + DAY_MS + 3_600_000;
/** Among several instances the lease goes round this often. */
const TERM_MS = 8 * 3_600_000;
/** Nobody sleeps longer in production; a change of trust is noticed by then. */
const LONGEST_SLEEP_MS = 5_000;
/** When a webhook is switched off, where it is. */
const SWITCHED_OFF_MS = START_MS + 6 * 3_600_000;

/** Plays the day through the production reader, and compares with the truth. */
export async function playOurs(policy: OurPolicy): Promise<ResultRow> {
  const day = new Day(policy, chainOf(policy.profile, policy.noise));
  await day.play();
  return day.result();
}

class Day {
  private readonly clock = new VirtualClock(START_MS);
  private readonly meter = new CreditMeter(() => START_MS);
  private readonly timers = new MemoryTimers({
    now: () => this.clock.nowMs,
    marginMs: 2_000,
    keepsRecords: false,
  });
  private readonly world: World;
  private readonly latencies: number[] = [];
  private readonly resets: { readonly key: string; readonly round: number }[] = [];
  private readonly recorded = new Set<string>();
  private token = 0;
  private callsOfDay: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly policy: OurPolicy,
    private readonly rows: readonly ChainRow[],
  ) {
    const { clock, meter, timers } = this;
    this.world = { rows, clock, meter, timers, random: drawFrom(99) };
    this.timers.store.onCommit = (change) => this.note(change);
  }

  async play(): Promise<void> {
    await this.timers.create(TIMER);
    const terms =
      this.policy.instances === 1 ? [SETTLED_MS] : [START_MS + TERM_MS, START_MS + 2 * TERM_MS, SETTLED_MS];
    const lane = await this.lane();
    try {
      for (const untilMs of terms) await this.lead(untilMs, lane);
    } finally {
      await lane?.[Symbol.asyncDispose]();
    }
  }

  result(): ResultRow {
    const { isBroken, mode, completeness, profile, instances } = this.policy;
    const { recorded, resets } = this;
    const told = { completeness, ends: this.timers.ledger.ends, recorded, resets };
    return {
      policy: isBroken ? 'broken' : 'ours',
      mode,
      completeness,
      profile,
      instances,
      ...pricesOf(this.callsOfDay),
      ...verdictOf(truthOf(this.rows, SETTLED_MS), told),
      latencyMs: latencyOf(this.latencies),
    };
  }

  /** One term of one leader: what it remembers goes with it. */
  private async lead(untilMs: number, lane: Lane | null): Promise<void> {
    this.token += 1;
    const { mode, completeness } = this.policy;
    const isPushed = mode === 'WEBHOOK' || mode === 'WEBSOCKET';
    const reader = readerOf(this.world, { mode: isPushed ? 'BALANCED' : mode, completeness });
    const { signal } = new AbortController();
    const worker = new TimerWorker(reader.parts, TIMER.id, this.token, signal);
    reader.pushes.onWanted = () => worker.wake();
    const term = (await lane?.term(reader, this.token)) ?? null;
    while (this.clock.nowMs < untilMs) {
      const waitMs = await worker.step();
      if (typeof waitMs === 'string') throw new Error(waitMs);
      const isForgotten = this.policy.isBroken && this.clock.nowMs > START_MS + 1_000;
      const wakeMs = Math.min(untilMs, isForgotten ? untilMs : this.clock.nowMs + waitMs);
      if (term === null) this.clock.passTo(wakeMs);
      else await this.rest(wakeMs, reader, term);
      this.keepDay();
    }
    await term?.end();
  }

  /** Until then, or until the reader must be asked again: something came, or pushes are trusted more or less. */
  private async rest(wakeMs: number, { pushes }: Reader, term: LaneTerm): Promise<void> {
    const before = pushes.isTrusted;
    while (this.clock.nowMs < wakeMs && pushes.isTrusted === before) {
      const dueAtMs = term.dueAtMs();
      this.clock.passTo(Math.min(wakeMs, dueAtMs, this.clock.nowMs + LONGEST_SLEEP_MS));
      await term.keep();
      if (dueAtMs > this.clock.nowMs) continue;
      await term.bring();
      return;
    }
  }

  private async lane(): Promise<Lane | null> {
    const { mode, completeness, isSwitchedOff = false } = this.policy;
    if (mode === 'WEBSOCKET') return new SocketLane(this.world, completeness);
    if (mode !== 'WEBHOOK') return null;
    return await WebhookLane.start(this.world, { offAtMs: isSwitchedOff ? SWITCHED_OFF_MS : null });
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
