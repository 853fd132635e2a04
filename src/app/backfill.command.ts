import { BackfillKeeper } from '../history/backfill.keeper';
import type { BackfillTimer } from '../history/read-backfill';
import { EventRepository } from '../history/event.repository';
import type { PostgresService } from '../platform/postgres/postgres.service';
import { Backfill } from '../solana/backfill';
import { ChainObserver } from '../solana/chain-observer';
import type { ChainEndpoint, ChainSource } from '../solana/chain-reader';
import { CreditStore } from '../solana/credits/credit.store';
import { shareDone } from '../solana/domain/backfill';
import type { Bound, Walk, WalkProgress } from '../solana/domain/backfill';
import type { ChainTarget } from '../solana/domain/chain-target';
import { IngestService } from '../solana/ingest.service';
import { chainSourceOf } from '../solana/rpc/chain-source';
import { CreditMeter } from '../solana/rpc/credit-meter';
import type { BackfillOrder } from './backfill.arguments';
import { ProgressBar } from './progress-bar';
import type { ProgressPort } from './progress-bar';

const SKIPPED_IN_A_ROW = 50;

/** What the command works with. */
export interface BackfillNeeds {
  readonly postgres: PostgresService;
  readonly target: ChainTarget;
  readonly out: ProgressPort;
  readonly signal: AbortSignal;
}

/** What a backfill did. */
export interface BackfillSummary {
  readonly trades: number;
  readonly missing: number;
  readonly calls: number;
  readonly credits: number;
  /** Rounds that are complete now, as `timer/round`. */
  readonly completed: readonly string[];
}

/** Fills the history of one timer or of all. @throws SolanaError, the database's error, the signal's AbortError */
export async function backfill(order: BackfillOrder, needs: BackfillNeeds): Promise<BackfillSummary> {
  return await new BackfillRun(order, needs).run();
}

class BackfillRun {
  private readonly meter = new CreditMeter();
  private readonly chain: ChainSource;
  private readonly keeper: BackfillKeeper;
  private readonly store: CreditStore;
  private readonly bar: ProgressBar;
  private readonly done = { trades: 0, missing: 0 };
  /** Which part of an address's walk goes on. */
  private part = { position: 0, of: 1 };

  constructor(
    private readonly order: BackfillOrder,
    private readonly needs: BackfillNeeds,
  ) {
    this.chain = chainSourceOf(needs.target, this.meter);
    this.keeper = new BackfillKeeper(needs.postgres, new EventRepository(needs.postgres));
    this.store = new CreditStore(needs.postgres);
    this.bar = new ProgressBar(needs.out);
  }

  async run(): Promise<BackfillSummary> {
    const completed: string[] = [];
    try {
      for (const timer of await this.timers()) {
        const rounds = await this.fill(timer);
        completed.push(...rounds.map((round) => `${timer.id}/${round}`));
      }
    } finally {
      this.bar.end();
      await this.store.add(this.meter.drain(), Date.now());
    }
    const calls = this.meter.counts().reduce((sum, count) => sum + count.calls, 0);
    return { ...this.done, calls, credits: this.meter.totalCredits, completed };
  }

  private async timers(): Promise<readonly BackfillTimer[]> {
    const timers = await this.keeper.timers();
    const { timerId } = this.order;
    return timerId === null ? timers : timers.filter(({ id }) => id === timerId);
  }

  private async fill(timer: BackfillTimer): Promise<readonly number[]> {
    const askedMs = await this.timeOf(this.order.from);
    const keptMs = await this.keeper.keptFromMs();
    const fromMs = Math.max(askedMs, keptMs ?? 0);
    if (fromMs > askedMs) {
      const day = new Date(fromMs).toISOString().slice(0, 10);
      this.needs.out.write(`${timer.id}: filled from ${day} on, retention has dropped what is older\n`);
    }
    const wantedMs = this.order.to === null ? timer.untilMs : await this.timeOf(this.order.to);
    const toMs = Math.min(wantedMs, timer.untilMs);
    if (toMs < fromMs) {
      this.needs.out.write(`${timer.id}: nothing to fill, its last round ended before that\n`);
      return [];
    }
    const now = { now: () => Date.now(), isSuspect: false, observeBlock: () => undefined };
    const walker = new Backfill({
      chain: this.chain,
      ingest: new IngestService(new ChainObserver(now)),
      keeping: this.keeper,
      callsPerSecond: this.order.callsPerSecond,
      onProgress: (walk, progress) => this.tell(timer, walk, progress),
    });
    let missing = 0;
    for (const address of timer.addresses) {
      const walk = { timerId: timer.id, mint: timer.mint, address, fromMs, toMs };
      const parts = this.order.isAgain ? [walk] : await this.keeper.partsOf(walk);
      for (const [position, part] of parts.entries()) {
        this.part = { position, of: parts.length };
        const end = await walker.walk(part, this.needs.signal, this.order.isAgain);
        this.done.trades += end.trades;
        missing += end.missing;
      }
    }
    this.done.missing += missing;
    return missing === 0 ? await this.keeper.complete(timer.id, { fromMs, toMs }) : [];
  }

  private async tell(timer: BackfillTimer, walk: Walk, progress: WalkProgress): Promise<void> {
    const position = timer.addresses.indexOf(walk.address);
    const shareOfAddress = (this.part.position + shareDone(progress, walk, Date.now())) / this.part.of;
    const share = (position + shareOfAddress) / timer.addresses.length;
    const { listed, fetched, trades } = progress;
    const where = `${timer.id} ${position + 1}/${timer.addresses.length}`;
    this.bar.show(share, `${where}  ${listed} listed, ${fetched} fetched, ${trades} trades`);
    const counts = this.meter.drain();
    await this.store.add(counts, Date.now()).catch(() => this.meter.giveBack(counts));
  }

  /** Block time of the first block at or above the slot, as an endpoint knows it that holds blocks so old. */
  private async timeOf(bound: Bound): Promise<number> {
    if (bound.kind === 'time') return bound.ms;
    const { signal } = this.needs;
    const firstSlots: number[] = [];
    for (const endpoint of this.chain.endpoints) {
      const firstSlot = await endpoint.firstSlot(signal).catch(() => null);
      signal.throwIfAborted();
      if (firstSlot === null) continue;
      firstSlots.push(firstSlot);
      const timeMs = firstSlot > bound.slot ? null : await firstTimeMs(endpoint, bound.slot, signal);
      if (timeMs !== null) return timeMs;
    }
    throw new RangeError(unknownSlot(bound.slot, firstSlots));
  }
}

async function firstTimeMs(
  endpoint: ChainEndpoint,
  from: number,
  signal: AbortSignal,
): Promise<number | null> {
  for (let slot = from; slot < from + SKIPPED_IN_A_ROW; slot += 1) {
    const blockTimeSec = await endpoint.blockTime(slot, signal);
    if (blockTimeSec !== null) return blockTimeSec * 1000;
  }
  return null;
}

function unknownSlot(slot: number, firstSlots: readonly number[]): string {
  if (firstSlots.length === 0)
    return `no endpoint says which blocks it holds, so that slot ${slot} has no time; give a time`;
  const first = Math.min(...firstSlots);
  return first > slot
    ? `slot ${slot} is older than what the endpoints hold: their first block is ${first}; give that one, or a time`
    : `no block at or above slot ${slot} is known to the endpoints`;
}
