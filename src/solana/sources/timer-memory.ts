import type { Cursor } from '../../timer/domain/timer.events';
import type { TimerState } from '../../timer/domain/timer';
import type { SignatureRow } from '../chain-reader';
import { isPlausible, leastSlotAt } from '../domain/place';
import type { ChainPlace } from '../domain/place';
import { OVERLAP_SLOTS } from './proof';

/** Enough for the overlap behind a cursor at the busiest that one token can be. */
const MAX_JUDGED = 400_000;
/** After so many pushed transactions the lists are read, whatever the schedule says: else the next look were endless. */
const MAX_PUSHED = 20_000;
const MAX_CHECKPOINTS = 200;
/**
 * Waits before the next try of a row that could not be judged yet, in ms; the last one repeats. Each try is a look with
 * its credits, and a row that no node has after half a minute may never come.
 */
const RETRY_MS = [300, 600, 1_200, 2_400, 5_000, 5_000, 5_000, 5_000, 10_000, 20_000, 30_000];

/** A first page asks for so many rows at least, and for twice what sufficed last time. */
const LEAST_PAGE_ROWS = 50;
/** The trade rate is that of this time; more rows than that are many anyway. */
const ACTIVITY_MS = 1_800_000;
const MAX_ACTIVITY = 500;

/** A row that was seen but could not be judged yet. */
export interface PendingRow {
  readonly address: string;
  readonly row: SignatureRow;
  readonly tries: number;
  /** Monotonic time of the next try. */
  readonly dueAtMs: number;
}

/**
 * What a leader remembers of one timer and mint. It saves repeated work and guards open rows; after a restart it is
 * empty, and the overlap behind the cursors is read again.
 */
export class TimerMemory {
  private readonly judged = new Map<string, number>();
  /** Those of them that were not fetched, since something else decided. */
  private readonly passedOver = new Set<string>();
  private readonly pending = new Map<string, PendingRow>();
  private readonly checkpoints = new Map<string, Cursor[]>();
  private readonly pageRows = new Map<string, number>();
  private readonly newestSec = new Map<string, number>();
  private readonly activitySec: number[] = [];
  private known: ChainPlace | null = null;
  private pushed = 0;
  private judgedRows = 0;
  private tradesFound = 0;
  /** Trades that a list no longer showed, by signature, with their slot. */
  readonly suspects = new Map<string, number>();
  /** Signatures of trades that the cluster cannot give up any more. */
  readonly final = new Set<string>();
  /** True where the last look has left something to the next one, which is due at once. */
  wantsLook = false;

  /** @param epoch - state that was rebuilt has forgotten what was judged before */
  constructor(
    readonly mint: string,
    readonly epoch: number,
  ) {}

  /** Whether the transaction was judged in this very slot: after a fork it may stand in another. */
  isJudged(row: Pick<SignatureRow, 'signature' | 'slot'>): boolean {
    return this.judged.get(row.signature) === row.slot;
  }

  /** Whether the transaction was judged by what it holds, and not passed over for the sake of another one. */
  isFetched(row: Pick<SignatureRow, 'signature' | 'slot'>): boolean {
    return this.isJudged(row) && !this.passedOver.has(row.signature);
  }

  /** Keeps that rows need no look any more. */
  markJudged(rows: Iterable<Pick<SignatureRow, 'signature' | 'slot'>>): void {
    for (const { signature, slot } of rows) {
      this.pending.delete(signature);
      this.passedOver.delete(signature);
      this.judged.delete(signature);
      this.judged.set(signature, slot);
    }
    for (const signature of this.judged.keys()) {
      if (this.judged.size <= MAX_JUDGED) break;
      this.judged.delete(signature);
      this.passedOver.delete(signature);
    }
  }

  /** Keeps that so many transactions were pushed and judged since the last look. */
  sawPushes(count: number): void {
    this.pushed += count;
    if (this.pushed >= MAX_PUSHED) this.wantsLook = true;
  }

  /** Forgets what no list will show again. @param finalSlot - lists begin at the newest cursor up to this slot */
  prune(finalSlot: number): void {
    this.pushed = 0;
    const anchors = [...this.checkpoints.keys()].flatMap(
      (address) => this.checkpointAt(address, finalSlot) ?? [],
    );
    if (anchors.length === 0) return;
    const lowestSlot = Math.min(...anchors.map(({ slot }) => slot - OVERLAP_SLOTS));
    for (const [signature, slot] of this.judged) {
      if (slot >= lowestSlot) continue;
      this.judged.delete(signature);
      this.passedOver.delete(signature);
    }
  }

  /** Keeps that rows decide nothing as things are. */
  markPassedOver(rows: readonly Pick<SignatureRow, 'signature' | 'slot'>[]): void {
    this.markJudged(rows);
    for (const { signature } of rows) if (this.judged.has(signature)) this.passedOver.add(signature);
  }

  /** Forgets everything that was judged or skipped: it is looked at again where lists show it. */
  forgetJudged(signatures?: readonly string[]): void {
    if (signatures === undefined) {
      this.judged.clear();
      this.passedOver.clear();
    } else for (const signature of signatures) this.judged.delete(signature);
  }

  /** Keeps that rows were judged or passed over, and how many trades the judged ones held. */
  sawRows(rows: readonly Pick<SignatureRow, 'blockTimeSec'>[], judged: number, trades: number): void {
    this.judgedRows += judged;
    this.tradesFound += trades;
    for (const { blockTimeSec } of rows) if (blockTimeSec !== null) this.activitySec.push(blockTimeSec);
    this.activitySec.splice(0, Math.max(0, this.activitySec.length - MAX_ACTIVITY));
  }

  /** Trades an hour, of late: rows of the last half hour, by the share of trades among those that were judged. */
  tradesPerHour(nowMs: number): number {
    const sinceSec = (nowMs - ACTIVITY_MS) / 1000;
    const rows = this.activitySec.filter((sec) => sec > sinceSec).length;
    const share = (this.tradesFound + 1) / (this.judgedRows + 1);
    return Math.min(1, share) * rows * (3_600_000 / ACTIVITY_MS);
  }

  /** Keeps what a list of an address held, newest first. */
  sawList(
    address: string,
    rows: readonly Pick<SignatureRow, 'slot' | 'blockTimeSec'>[],
    needed: number,
  ): void {
    this.pageRows.set(address, needed);
    const [newest] = rows;
    if (newest === undefined || newest.blockTimeSec === null) return;
    this.newestSec.set(address, newest.blockTimeSec);
    this.sawPlace({ slot: newest.slot, timeMs: newest.blockTimeSec * 1000 });
  }

  /** Keeps a place that an endpoint named. */
  sawPlace(place: ChainPlace): void {
    if (place.slot >= (this.known?.slot ?? 0)) this.known = place;
  }

  /** Whether something that nobody but its sender has placed may stand where it is said to; false while nothing is known. */
  isPlausible(place: ChainPlace): boolean {
    return this.known !== null && isPlausible(place, this.known);
  }

  /** A slot that every endpoint should have reached by now; 0 while nothing is known. */
  leastSlotAt(nowMs: number): number {
    return this.known === null ? 0 : leastSlotAt(nowMs, this.known);
  }

  /** How many rows the first page of an address should ask for; undefined: as many as there can be. */
  firstPageRows(address: string): number | undefined {
    const needed = this.pageRows.get(address);
    return needed === undefined ? undefined : Math.max(LEAST_PAGE_ROWS, 2 * needed);
  }

  /** Block time of the newest row of an address, epoch seconds; undefined where none was ever listed. */
  newestRowSec(address: string): number | undefined {
    return this.newestSec.get(address);
  }

  /** Keeps that a row must be tried again, later each time. */
  defer(address: string, row: SignatureRow, nowMs: number): void {
    const tries = (this.pending.get(row.signature)?.tries ?? 0) + 1;
    const waitMs = RETRY_MS[Math.min(tries, RETRY_MS.length) - 1] ?? 0;
    this.pending.set(row.signature, { address, row, tries, dueAtMs: nowMs + waitMs });
  }

  /** Whether a row may be tried now. */
  isDue(signature: string, nowMs: number): boolean {
    return (this.pending.get(signature)?.dueAtMs ?? nowMs) <= nowMs;
  }

  /** Rows of an address that wait. */
  pendingOf(address: string): readonly SignatureRow[] {
    return [...this.pending.values()].filter((one) => one.address === address).map(({ row }) => row);
  }

  /** Whether a row was seen and could not be judged yet. */
  isPending(signature: string): boolean {
    return this.pending.has(signature);
  }

  get pendingCount(): number {
    return this.pending.size;
  }

  /** Forgets what is final of other signatures. */
  keepFinal(signatures: readonly string[]): void {
    const kept = new Set(signatures);
    for (const signature of this.final) if (!kept.has(signature)) this.final.delete(signature);
  }

  /** When something is to be looked at again, monotonic ms; null where nothing waits. */
  get nextDueAtMs(): number | null {
    if (this.wantsLook) return Number.NEGATIVE_INFINITY;
    if (this.pending.size === 0) return null;
    return Math.min(...[...this.pending.values()].map(({ dueAtMs }) => dueAtMs));
  }

  /**
   * Forgets waiting rows that a proven list no longer holds although the chain has gone 150 slots past them: their
   * block was given up by the cluster.
   *
   * @returns the rows that were dropped
   */
  dropRolledBack(
    address: string,
    listed: readonly SignatureRow[],
    reachedSlot: number,
  ): readonly SignatureRow[] {
    const present = new Set(listed.map(({ signature }) => signature));
    const gone = this.pendingOf(address).filter(
      ({ signature, slot }) => !present.has(signature) && slot + OVERLAP_SLOTS <= reachedSlot,
    );
    for (const { signature } of gone) this.pending.delete(signature);
    return gone;
  }

  /** Keeps a cursor as a place that was fully processed. */
  addCheckpoint(cursor: Cursor): void {
    const known = this.checkpoints.get(cursor.address) ?? [];
    const last = known.at(-1);
    if (last?.slot === cursor.slot && last.signature === cursor.signature) return;
    this.checkpoints.set(cursor.address, [...known, cursor].slice(-MAX_CHECKPOINTS));
  }

  /** Forgets a place whose row is gone. */
  dropCheckpoint(address: string, signature: string | null): void {
    const known = this.checkpoints.get(address) ?? [];
    this.checkpoints.set(
      address,
      known.filter((cursor) => cursor.signature !== signature),
    );
  }

  /** Forgets places above one that reading goes back to. */
  restartFrom(cursor: Cursor): void {
    const known = this.checkpoints.get(cursor.address) ?? [];
    this.checkpoints.set(cursor.address, [...known.filter(({ slot }) => slot < cursor.slot), cursor]);
  }

  /** The newest fully processed place not above `slot`; where there is none, the oldest known; null: none at all. */
  checkpointAt(address: string, slot: number): Cursor | null {
    const known = this.checkpoints.get(address) ?? [];
    return known.findLast((cursor) => cursor.slot <= slot) ?? known[0] ?? null;
  }
}

/** The memories of all timers of one term. */
export class TimerMemories {
  private readonly memories = new Map<string, TimerMemory>();

  /** The memory of a timer; a new one where its mint has changed or its state was rebuilt. */
  of({
    id,
    epoch,
    current,
    watermark,
  }: Pick<TimerState, 'id' | 'epoch' | 'current' | 'watermark'>): TimerMemory {
    const known = this.memories.get(id);
    if (known?.mint === current.tokenAddress && known.epoch === epoch) return known;
    const fresh = new TimerMemory(current.tokenAddress, epoch);
    if (watermark.slot > 0) fresh.sawPlace({ slot: watermark.slot, timeMs: watermark.blockTimeMs });
    this.memories.set(id, fresh);
    return fresh;
  }

  /** Rows of all timers that wait to be judged. */
  get pendingCount(): number {
    return [...this.memories.values()].reduce((sum, memory) => sum + memory.pendingCount, 0);
  }

  forget(timerId: string): void {
    this.memories.delete(timerId);
  }
}
