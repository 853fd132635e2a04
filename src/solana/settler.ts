import { Logger } from '@nestjs/common';
import type { TimerState, Watermark } from '../timer/domain/timer';
import type { Cursor } from '../timer/domain/timer.events';
import type { ReadingState, WriteOutcome } from '../timer/timer.service';
import type { ChainObserver } from './chain-observer';
import type { ChainEndpoint, ChainSource, SignatureRow } from './chain-reader';
import type { ReadCommitment } from './domain/commitment';
import { SolanaError } from './domain/solana.errors';
import { purposeIs } from './purpose-of-call';
import { decidingSlots } from '../timer/domain/reading';
import { DeadlineJudge, depthBelow } from './sources/deadline-judge';
import { listToAnchor, PAGE_ROWS } from './sources/listing';
import type { Listing } from './sources/listing';
import { openRows } from './sources/proven-rows';
import type { AddressProof } from './sources/proven-rows';
import { OVERLAP_SLOTS } from './sources/proof';
import { unfetchedOf } from './sources/row-choice';
import type { Batch, RowJudge } from './sources/row-judge';
import { FINAL_AFTER_SLOTS, RollbackGuard } from './sources/rollback.guard';
import { refusedBy, watchedAddresses } from './sources/timer-door';
import type { TimerDoor, Turn } from './sources/timer-door';

/** Least time between two questions for a settling slot. */
const ASK_AGAIN_MS = 500;
/** How soon a trade that a final list lacks is asked for again. */
const SUSPECT_AGAIN_MS = 4_000;

/** How sure a settling is. */
export interface SettleRules {
  readonly commitment: ReadCommitment;
  /** How far the watermark must be past a deadline before a round may close. */
  readonly marginMs: number;
  /** So long a second endpoint may fail before a settling does without its list. */
  readonly timeoutMs: number;
}

type Depth = (row: SignatureRow) => boolean;

/** What became of a settling. `too_early`: the chain is not far enough; ask again after `waitMs`. */
export type SettleOutcome = WriteOutcome | { readonly tag: 'too_early'; readonly waitMs: number };

/** Reads the chain for certain up to a slot, and tells the timer. */
export class Settler {
  private readonly log = new Logger('solana');
  private readonly deadline: DeadlineJudge;
  private readonly rollbacks: RollbackGuard;
  /** Rows of a full page. */
  pageRows = PAGE_ROWS;

  constructor(
    private readonly chain: ChainSource,
    private readonly timers: TimerDoor,
    private readonly judge: RowJudge,
    private readonly observer: ChainObserver,
    private readonly rules: SettleRules,
  ) {
    this.deadline = new DeadlineJudge(judge, observer);
    this.rollbacks = new RollbackGuard(chain, timers);
  }

  /**
   * Takes the newest slot S of the settling commitment, lists every address up to it in requests begun afterwards,
   * judges what was not judged, learns the places in the block that decide something, and settles up to S.
   *
   * @throws SolanaError where any of it fails; then nothing is settled
   */
  async settle(turn: Turn): Promise<SettleOutcome> {
    const watermark = await this.newestBlock(turn.signal);
    turn.memory.sawPlace({ slot: watermark.slot, timeMs: watermark.blockTimeMs });
    const early = this.tooEarly(turn.reading.state, watermark);
    if (early !== null) return early;
    const addresses = watchedAddresses(turn.reading.state);
    const isDeepEnough = this.depth(watermark, turn);
    const proofs: AddressProof[] = [];
    for (const address of addresses) {
      proofs.push(await this.prove(address, { slot: watermark.slot, isDeepEnough }, turn));
    }
    const unfinished =
      (await this.takeBack(proofs, watermark.slot, turn)) ?? (await this.judgeOpen(proofs, watermark, turn));
    if (unfinished !== null) return unfinished;
    return await this.commit(addresses, watermark, turn);
  }

  private async newestBlock(signal: AbortSignal): Promise<Watermark> {
    const read = async (endpoint: ChainEndpoint): Promise<[number, number | null]> => {
      const slot = await endpoint.slot(this.rules.commitment, signal);
      return [slot, await endpoint.blockTime(slot, signal)];
    };
    const newest = watermarkOf(await this.chain.withEndpoint(read, signal));
    const block = this.observer.isStale(newest.blockTimeMs) ? await this.newestOfAll(newest, read) : newest;
    signal.throwIfAborted();
    this.observer.sawBlock(block.slot, block.blockTimeMs);
    return block;
  }

  /** An endpoint that hangs behind must not hold up what another one knows. */
  private async newestOfAll(
    known: Watermark,
    read: (endpoint: ChainEndpoint) => Promise<[number, number | null]>,
  ): Promise<Watermark> {
    let newest = known;
    for (const endpoint of this.chain.endpoints) {
      if (!endpoint.isUsable) continue;
      const [slot, blockTimeSec] = await read(endpoint).catch(() => [0, null] as const);
      if (slot > newest.slot && blockTimeSec !== null) newest = watermarkOf([slot, blockTimeSec]);
    }
    return newest;
  }

  /** A block at or before the deadline settles entries, one well after it closes the round; between them none serves. */
  private tooEarly(state: TimerState, { slot, blockTimeMs }: Watermark): SettleOutcome | null {
    if (slot <= state.watermark.slot) return { tag: 'too_early', waitMs: ASK_AGAIN_MS };
    const deadlineMs = openDeadlineMs(state);
    if (deadlineMs === null || blockTimeMs > deadlineMs + this.rules.marginMs) return null;
    const isOver = state.closing !== null || this.observer.now() > deadlineMs;
    if (blockTimeMs <= deadlineMs && !isOver) return null;
    return {
      tag: 'too_early',
      waitMs: Math.max(ASK_AGAIN_MS, deadlineMs + this.rules.marginMs - blockTimeMs),
    };
  }

  /** With completeness DEADLINE rows were passed over for the sake of later ones, which may not be final. */
  private depth(watermark: Watermark, { completeness, reading }: Turn): Depth | null {
    if (completeness === 'FULL') return null;
    return depthBelow(reading, watermark, watermark.blockTimeMs - this.rules.marginMs);
  }

  /** The rows of an address up to `slot`, of two endpoints where there are two, each list proven. */
  private async prove(
    address: string,
    { slot, isDeepEnough }: { readonly slot: number; readonly isDeepEnough: Depth | null },
    { memory, reading, signal }: Turn,
  ): Promise<AddressProof> {
    const anchor =
      memory.checkpointAt(address, slot) ?? reading.cursors.find((one) => one.address === address);
    if (anchor === undefined)
      throw new SolanaError('SOLANA_READ_FAILED', { reason: 'address has no cursor', address });
    const rows = new Map<string, SignatureRow>();
    const ask = {
      commitment: this.rules.commitment,
      minContextSlot: slot,
      pageRows: this.pageRows,
      signal,
      ...(isDeepEnough === null ? {} : { isDeepEnough }),
    };
    const list = async (endpoint: ChainEndpoint): Promise<[ChainEndpoint, Listing]> => [
      endpoint,
      await listToAnchor(endpoint, anchor, ask),
    ];
    const take = ([endpoint, listing]: [ChainEndpoint, Listing]): ChainEndpoint => {
      const isCut = listing.isCapped && (listing.rows[0]?.slot ?? 0) <= slot;
      if (!listing.isProven || isCut) throw unproven(anchor, endpoint.name, listing.rows.length);
      for (const row of listing.rows) if (row.slot <= slot) rows.set(row.signature, row);
      return endpoint;
    };
    const first = take(await this.chain.withEndpoint(list, signal));
    await this.check(first, async (second) => take(await list(second)), signal);
    memory.dropRolledBack(address, [...rows.values()], slot);
    return { anchor, isDeepEnough, rows: [...rows.values()] };
  }

  /**
   * A second endpoint must list the same, where there is one, whichever can: while none does, settling waits, but not for
   * endpoints that have been failing for longer than TIMER_SETTLE_TIMEOUT.
   */
  private async check(
    first: ChainEndpoint,
    list: (second: ChainEndpoint) => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<void> {
    const others = this.chain.endpoints.filter(({ name }) => name !== first.name);
    let failure: unknown = new SolanaError('SOLANA_READ_FAILED', { reason: 'second endpoint rests' });
    for (const second of others) {
      if (!second.isUsable) continue;
      try {
        await list(second);
        return;
      } catch (err) {
        signal.throwIfAborted();
        failure = err;
      }
    }
    if (others.some(({ failingForMs }) => failingForMs < this.rules.timeoutMs)) throw failure;
    if (others.length > 0) this.log.debug({ message: 'settled without a second endpoint' });
  }

  /** What the lists show of the log's trades: one that a final list lacks holds the settling up until it is explained. */
  private async takeBack(
    proofs: readonly AddressProof[],
    slot: number,
    turn: Turn,
  ): Promise<SettleOutcome | null> {
    const { memory, reading } = turn;
    const rows = proofs.flatMap((proof) => proof.rows);
    const moved = this.rollbacks.moved(rows, reading);
    const refused = await this.rollbacks.takeBack(moved, turn);
    if (refused !== null || moved.length > 0) return refused ?? { tag: 'too_early', waitMs: 0 };
    const aboveSlot = Math.min(...proofs.map(({ anchor }) => anchor.slot - OVERLAP_SLOTS));
    const finalSlot = this.rules.commitment === 'finalized' ? slot : slot - FINAL_AFTER_SLOTS;
    this.rollbacks.watch({ rows, aboveSlot, upToSlot: slot, finalSlot }, turn);
    const last = reading.state.current.lastTrade;
    const isCertain =
      last === null ||
      last.slot <= reading.state.watermark.slot ||
      last.slot > slot ||
      memory.final.has(last.signature) ||
      rows.some(({ signature }) => signature === last.signature);
    if (!isCertain) memory.suspects.set(last.signature, last.slot);
    if (await this.rollbacks.areExplained(turn, slot)) return null;
    const cleared = await this.rollbacks.clear(turn, slot);
    if (cleared?.tag === 'retracted') return { tag: 'too_early', waitMs: 0 };
    return cleared ?? { tag: 'too_early', waitMs: SUSPECT_AGAIN_MS };
  }

  private async judgeOpen(
    proofs: readonly AddressProof[],
    { slot, blockTimeMs }: Watermark,
    turn: Turn,
  ): Promise<SettleOutcome | null> {
    const { memory, signal, reading } = turn;
    memory.markJudged(inTail(proofs, reading));
    const open = openRows(slot, proofs, turn);
    if (open.length === 0) return null;
    const batch =
      turn.completeness === 'FULL'
        ? await this.judge.judge(open, memory, signal)
        : await this.deadline.decide(open, turn, {
            closeBeforeMs: blockTimeMs - this.rules.marginMs,
            upToSlot: slot,
          });
    // what a look has passed over is counted already
    const skipped = batch.skipped.filter((row) => !memory.isJudged(row));
    const unwritten = await this.write({ ...batch, skipped }, turn);
    if (unwritten !== null) return unwritten;
    memory.markJudged(batch.judged);
    memory.markPassedOver(batch.skipped);
    if (batch.failure !== null) throw batch.failure;
    const done = new Set([...batch.judged, ...batch.skipped].map(({ signature }) => signature));
    const left = open.filter(({ row }) => !done.has(row.signature));
    if (left.length === 0) return null;
    const pending = left.filter(({ row }) => memory.isPending(row.signature)).length;
    if (pending === 0) return { tag: 'too_early', waitMs: ASK_AGAIN_MS };
    throw new SolanaError('SOLANA_READ_FAILED', { reason: 'rows are pending', slot, pending });
  }

  private async write({ trades, skipped }: Batch, turn: Turn): Promise<SettleOutcome | null> {
    if (trades.length === 0 && skipped.length === 0) return null;
    const { id, lastActMs } = turn.reading.state;
    const found = { trades, cursors: [] };
    const outcome = await this.timers.apply(
      id,
      skipped.length === 0 ? found : { ...found, skipped: { unfetched: unfetchedOf(skipped), lastActMs } },
      turn.fencingToken,
    );
    if (outcome.tag === 'outdated') return { tag: 'too_early', waitMs: 0 };
    return refusedBy(outcome);
  }

  private async commit(
    addresses: readonly string[],
    watermark: Watermark,
    turn: Turn,
  ): Promise<SettleOutcome> {
    const { id } = turn.reading.state;
    const reading = await this.timers.reading(id);
    if (reading === null) return { tag: 'unknown_timer' };
    if (!isSameTask(reading, turn, addresses)) return { tag: 'too_early', waitMs: 0 };
    const early = this.tooEarly(reading.state, watermark);
    if (early !== null) return early;
    for (const slot of decidingSlots(reading.tail, watermark.slot)) {
      const read = (): Promise<readonly string[]> => this.chain.blockSignatures(slot, turn.signal);
      const signatures = await purposeIs('order', read);
      const outcome = await this.timers.place(id, slot, signatures, turn.fencingToken);
      const refused = refusedBy(outcome);
      if (refused !== null) return refused;
    }
    turn.signal.throwIfAborted();
    const outcome = await this.timers.settle(id, watermark, turn.fencingToken);
    if (outcome.tag === 'ok') {
      const { slot, blockTimeMs } = watermark;
      this.log.debug({
        message: 'chain settled',
        timerId: id,
        slot,
        blockTimeMs,
        lateTrades: outcome.lateTrades,
      });
    }
    return outcome;
  }
}

function watermarkOf([slot, blockTimeSec]: readonly [number, number | null]): Watermark {
  if (blockTimeSec === null)
    throw new SolanaError('SOLANA_READ_FAILED', { reason: 'slot without block time', slot });
  return { slot, blockTimeMs: blockTimeSec * 1000 };
}

function unproven({ address, slot }: Cursor, endpoint: string, rows: number): SolanaError {
  const reason = 'list does not reach the cursor';
  return new SolanaError('SOLANA_READ_FAILED', { reason, address, slot, endpoint, rows });
}

/** The deadline that a closing is about; null where no round can close. */
export function openDeadlineMs({ closing, current }: Pick<TimerState, 'closing' | 'current'>): number | null {
  if (closing !== null) return closing.endedAtMs;
  return current.phase === 'RUNNING' ? current.deadlineMs : null;
}

/** Rows whose trades are in the log already, brought by a push or by an earlier leader. */
function inTail(proofs: readonly AddressProof[], { tail }: ReadingState): readonly SignatureRow[] {
  const slots = new Map(
    tail.flatMap((entry) => (entry.kind === 'trade' ? [[entry.trade.signature, entry.trade.slot]] : [])),
  );
  return proofs.flatMap(({ rows }) => rows.filter(({ signature, slot }) => slots.get(signature) === slot));
}

function isSameTask(
  { state }: ReadingState,
  { memory, reading, completeness }: Turn,
  addresses: readonly string[],
): boolean {
  const present = watchedAddresses(state);
  return (
    (completeness === 'FULL' || state.lastActMs === reading.state.lastActMs) &&
    state.current.tokenAddress === memory.mint &&
    state.epoch === memory.epoch &&
    present.every((address) => addresses.includes(address))
  );
}
