import { Logger } from '@nestjs/common';
import type { Cursor } from '../../timer/domain/timer.events';
import { unfetchedOf } from './row-choice';
import { watchedByReader } from '../../timer/domain/watched';
import type { ReadingState } from '../../timer/timer.service';
import type { ChainObserver } from '../chain-observer';
import type { ChainEndpoint, ChainSource, SignatureRow } from '../chain-reader';
import { SolanaError } from '../domain/solana.errors';
import { listSince, listToAnchor, MAX_ROWS, PAGE_ROWS } from './listing';
import type { Listing } from './listing';
import { advance, isInReach, newestFirst, OVERLAP_SLOTS } from './proof';
import type { Batch, ListedRow, RowJudge } from './row-judge';
import type { TimerMemory } from './timer-memory';
import { DeadlineJudge, LOOK_BOUNDS } from './deadline-judge';
import { FINAL_AFTER_SLOTS, RollbackGuard } from './rollback.guard';
import type { Cleared } from './rollback.guard';
import { refusedBy, watchedAddresses } from './timer-door';
import type { Refused, TimerDoor, Turn } from './timer-door';
import { causeOfLook } from './cause';
import type { LookTimes } from './cause';

/** Rows that are judged and written together, the oldest first. */
const ROWS_PER_WRITE = 200;
/** A row that is younger than an hour is kept by every node that has it. */
const RECENT_SLOTS = 9_000;
/** A learned address without a row for this long is read no more. */
const QUIET_MS = 24 * 3_600_000;

/** What is pushed beside the lists. */
export interface PushedWork {
  /** Resolves when what had been pushed before is judged, or after some seconds: it would be fetched a second time. */
  caughtUp(signal: AbortSignal): Promise<void>;
}

const NOTHING_PUSHED: PushedWork = { caughtUp: () => Promise.resolve() };

/** What one look at one address found. */
interface AddressLook {
  readonly cursor: Cursor;
  /** Newest first. */
  readonly rows: readonly SignatureRow[];
  readonly isProven: boolean;
  readonly isCapped: boolean;
  /** The endpoint that listed had reached at least this slot. */
  readonly upToSlot: number;
}

/** How far an endpoint must be; one that is not hangs behind what is known of the chain. */
interface Reach {
  slot: number;
  /** True once no endpoint was as far. */
  isMissed: boolean;
}

/** A turn, when its look began, and how far it should reach. */
type Look = Turn & Pick<LookTimes, 'beganAtMs'> & { readonly reach: Reach };

/** Looks at the lists of a timer's addresses and puts the trades found into its log, cursors with them. */
export class PollingSource {
  private readonly log = new Logger('solana');
  private readonly deadline: DeadlineJudge;
  private readonly rollbacks: RollbackGuard;
  /** Rows of one list that are dealt with in one look; what is newer waits for the next one. */
  mostRows = MAX_ROWS;
  /** Rows of a full page. */
  pageRows = PAGE_ROWS;

  constructor(
    private readonly chain: ChainSource,
    private readonly timers: TimerDoor,
    private readonly judge: RowJudge,
    private readonly observer: ChainObserver,
    private readonly pushed: PushedWork = NOTHING_PUSHED,
  ) {
    this.deadline = new DeadlineJudge(judge, observer);
    this.rollbacks = new RollbackGuard(chain, timers);
  }

  /**
   * One look at all addresses of a timer.
   *
   * @returns null, or the refusal that ends the turn
   * @throws SolanaError where the chain could not be read, or a read is not proven; what was found is written
   */
  async look(asked: Turn): Promise<Refused | null> {
    if (this.observer.needsBlock) await this.observeBlock(asked.signal);
    const knownSlot = this.knownSlot(asked);
    const turn = { ...asked, beganAtMs: Date.now(), reach: { slot: knownSlot, isMissed: false } };
    const looks: AddressLook[] = [];
    for (const address of watchedAddresses(turn.reading.state)) looks.push(await this.lookAt(address, turn));
    turn.memory.wantsLook = false;
    // first of all: a cursor that has moved on leaves what was given up behind
    const cleared = await this.takeBack(looks, turn);
    if (cleared?.tag === 'retracted') {
      turn.memory.wantsLook = true;
      return null;
    }
    const refused = cleared ?? (await this.write(looks, turn));
    if (refused !== null) return refused;
    turn.memory.prune(this.observer.reachedSlot - FINAL_AFTER_SLOTS);
    turn.memory.wantsLook = looks.some(({ isCapped }) => isCapped);
    const unproven = looks.find(({ isProven }) => !isProven);
    if (turn.reach.isMissed)
      throw new SolanaError('SOLANA_READ_FAILED', { reason: 'endpoints lag', slot: knownSlot });
    if (unproven === undefined) return null;
    const { cursor, rows } = unproven;
    if (await this.isRolledBack(cursor, turn)) return await this.stepBack(cursor, turn);
    const reason = 'list does not reach the cursor';
    const { address, slot } = cursor;
    throw new SolanaError('SOLANA_READ_FAILED', { reason, address, slot, rows: rows.length });
  }

  /** The highest slot that an endpoint, a push or the log has shown, or that must be past by now. */
  private knownSlot({ reading, memory }: Turn): number {
    const last = reading.tail.findLast((entry) => entry.kind === 'trade');
    const byNow = this.observer.needsBlock ? 0 : memory.leastSlotAt(this.observer.now());
    return Math.max(this.observer.reachedSlot, last?.kind === 'trade' ? last.trade.slot : 0, byNow);
  }

  private async lookAt(address: string, turn: Look): Promise<AddressLook> {
    const { reading, memory } = turn;
    const cursor = reading.cursors.find((one) => one.address === address);
    if (cursor === undefined) return await this.firstLook(address, turn);
    memory.addCheckpoint(cursor);
    const list = await this.list(cursor, turn);
    this.observer.sawSlot(Math.max(cursor.slot, list.rows[0]?.slot ?? 0));
    memory.sawList(address, list.rows, list.rows.filter((row) => isInReach(row, cursor)).length);
    const upToSlot = Math.max(list.upToSlot, list.rows[0]?.slot ?? 0);
    if (list.isProven && !list.isCapped) this.dropRolledBack(address, { rows: list.rows, upToSlot }, memory);
    return { cursor, ...list, upToSlot, rows: withPending(list.rows, memory.pendingOf(address)) };
  }

  /** Of endpoints that all hang behind, what they have is taken, too; it proves no more than they have reached. */
  private async list(cursor: Cursor, turn: Look): Promise<Listing & Pick<AddressLook, 'upToSlot'>> {
    const { reach } = turn;
    const upToSlot = Math.max(cursor.slot, reach.slot);
    try {
      return { ...(await this.listFrom(cursor, upToSlot, turn)), upToSlot };
    } catch (err) {
      const isBehind = err instanceof SolanaError && err.code === 'SOLANA_SLOT_NOT_FOUND';
      if (!isBehind || upToSlot === cursor.slot) throw err;
      reach.isMissed = true;
      reach.slot = 0;
      return { ...(await this.listFrom(cursor, cursor.slot, turn)), upToSlot: cursor.slot };
    }
  }

  /** What one endpoint has lost, such as old rows, another may still list. */
  private async listFrom(cursor: Cursor, minContextSlot: number, { memory, signal }: Turn): Promise<Listing> {
    const firstPageRows = memory.firstPageRows(cursor.address);
    const ask = {
      commitment: 'confirmed',
      minContextSlot,
      mostRows: this.mostRows,
      pageRows: this.pageRows,
      signal,
      ...(firstPageRows === undefined ? {} : { firstPageRows }),
    } as const;
    const read = async (endpoint: ChainEndpoint): Promise<[ChainEndpoint, Listing]> => [
      endpoint,
      await listToAnchor(endpoint, cursor, ask),
    ];
    const [asked, listing] = await this.chain.withEndpoint(read, signal);
    if (listing.isProven) return listing;
    for (const endpoint of this.chain.endpoints) {
      if (!endpoint.isUsable || endpoint.name === asked.name) continue;
      const other = await listToAnchor(endpoint, cursor, ask);
      if (other.isProven) return other;
    }
    return listing;
  }

  /**
   * An address without cursor begins at now, but what is younger than the start of a running round is judged: the timer
   * may be older than the first answer of the chain, and an address may join later.
   */
  private async firstLook(address: string, turn: Turn): Promise<AddressLook> {
    const { reading, memory, signal } = turn;
    const sinceSec = readSinceSec(reading);
    const { slot, list } = await this.chain.withEndpoint(async (endpoint) => {
      const reached = await endpoint.slot('confirmed', signal);
      const { pageRows } = this;
      const ask = { commitment: 'confirmed', minContextSlot: reached, pageRows, signal } as const;
      return { slot: reached, list: await listSince(endpoint, address, sinceSec, ask) };
    }, signal);
    this.observer.sawSlot(slot);
    memory.sawPlace({ slot, timeMs: this.observer.now() });
    const isOld = ({ blockTimeSec }: SignatureRow): boolean => (blockTimeSec ?? Infinity) <= sinceSec;
    memory.markJudged(list.rows.filter(isOld));
    const start = list.rows[list.rows.findLastIndex((row) => !isOld(row)) + 1];
    const below = Math.min(slot, (list.rows.at(-1)?.slot ?? slot + 1) - 1);
    const cursor = { address, slot: start?.slot ?? below, signature: start?.signature ?? null };
    const { id: timerId } = reading.state;
    this.log.log({ message: 'reading of an address began', address, slot: cursor.slot, timerId });
    return { cursor, ...list, upToSlot: slot };
  }

  private async write(looks: readonly AddressLook[], turn: Look): Promise<Refused | null> {
    turn.memory.markJudged(inTail(looks, turn.reading));
    if (openRows(looks, turn.memory).length > 0) await this.pushed.caughtUp(turn.signal);
    const open = openRows(looks, turn.memory);
    return turn.completeness === 'FULL'
      ? await this.writeAll(open, looks, turn)
      : await this.writeDeciding(open, looks, turn);
  }

  /** Completeness FULL: every row is judged and every trade recorded. */
  private async writeAll(
    rows: readonly ListedRow[],
    looks: readonly AddressLook[],
    turn: Look,
  ): Promise<Refused | null> {
    const open = rows.filter(({ row }) => turn.memory.isDue(row.signature, this.judge.now()));
    let written = turn.reading.cursors;
    for (let from = 0; from === 0 || from < open.length; from += ROWS_PER_WRITE) {
      const chunk = open.slice(from, from + ROWS_PER_WRITE);
      const judgedFromMs = Date.now();
      const batch = await this.judge.judge(chunk, turn.memory, turn.signal);
      const cursors = cursorsAfter(looks, batch, turn.memory).filter((cursor) => !isIn(written, cursor));
      const refused = await this.commit(batch, cursors, { ...turn, judgedFromMs });
      if (refused !== null) return refused;
      written = [...written.filter(({ address }) => !cursors.some((c) => c.address === address)), ...cursors];
    }
    return null;
  }

  /** Completeness DEADLINE: what decides nothing is passed over; what lies behind an open deadline waits. */
  private async writeDeciding(
    open: readonly ListedRow[],
    looks: readonly AddressLook[],
    turn: Look,
  ): Promise<Refused | null> {
    const judgedFromMs = Date.now();
    const batch = await this.deadline.decide(open, turn, LOOK_BOUNDS);
    const cursors = cursorsAfter(looks, batch, turn.memory).filter((one) => !isIn(turn.reading.cursors, one));
    return await this.commit(batch, cursors, { ...turn, judgedFromMs });
  }

  private async commit(
    batch: Batch,
    cursors: readonly Cursor[],
    turn: Turn & LookTimes,
  ): Promise<Refused | null> {
    const { reading, memory, fencingToken } = turn;
    const { id, lastActMs } = reading.state;
    const { trades, judged, skipped } = batch;
    if (trades.length > 0 || cursors.length > 0 || skipped.length > 0) {
      const hasFound = trades.length > 0;
      const found = { trades, cursors, ...(hasFound ? { cause: causeOfLook(id, trades.length, turn) } : {}) };
      const isDeciding = turn.completeness === 'DEADLINE';
      // a new leader may count a row again that the old one has passed over: rather twice than not at all
      const unfetched = unfetchedOf(skipped);
      const outcome = await this.timers.apply(
        id,
        isDeciding ? { ...found, skipped: { unfetched, lastActMs } } : found,
        fencingToken,
      );
      if (outcome.tag !== 'ok') return refusedBy(outcome);
    }
    memory.markJudged(judged);
    memory.markPassedOver(skipped);
    memory.sawRows([...judged, ...skipped], judged.length, trades.length);
    for (const cursor of cursors) memory.addCheckpoint(cursor);
    if (batch.failure !== null) throw batch.failure;
    return await this.learn(batch.pools, turn);
  }

  /** Reads pools that trades have named beside the mint, and drops learned ones that have been quiet for long. */
  private async learn(pools: readonly string[], turn: Turn): Promise<Refused | null> {
    const { reading, memory, fencingToken } = turn;
    const { id, learned } = reading.state;
    const quietBeforeSec = (this.observer.now() - QUIET_MS) / 1000;
    const remove = learned.filter((address) => (memory.newestRowSec(address) ?? Infinity) < quietBeforeSec);
    const add = [...new Set(pools)];
    if (remove.length === 0 && watchedByReader(reading.state, { add, remove }) === null) return null;
    return refusedBy(await this.timers.learn(id, { add, remove }, fencingToken));
  }

  /** Whether the cluster gave up the block of the cursor's own row; old nodes lose old rows, which is no sign of it. */
  private async isRolledBack({ slot, signature }: Cursor, { signal }: Turn): Promise<boolean> {
    const { reachedSlot } = this.observer;
    if (signature === null || slot + OVERLAP_SLOTS > reachedSlot || slot + RECENT_SLOTS < reachedSlot)
      return false;
    return !(await this.rollbacks.isFinal(signature, signal));
  }

  /** Reads on from behind a row that is gone; with nothing older in the list, nothing else would ever prove it. */
  private async stepBack({ address, slot, signature }: Cursor, turn: Turn): Promise<Refused | null> {
    const { reading, memory, fencingToken } = turn;
    this.log.warn({ message: 'cursor rolled back', address, slot, signature });
    const cursor = { address, slot: Math.max(0, slot - OVERLAP_SLOTS), signature: null };
    memory.dropCheckpoint(address, signature);
    return refusedBy(
      await this.timers.apply(reading.state.id, { trades: [], cursors: [cursor] }, fencingToken),
    );
  }

  private async takeBack(looks: readonly AddressLook[], turn: Turn): Promise<Cleared | null> {
    if (looks.some(({ isProven, isCapped }) => !isProven || isCapped)) return null;
    const upToSlot = Math.min(...looks.map((look) => look.upToSlot));
    // a list shows its own trades as far as it reaches, and a suspicion costs a question at most
    const aboveSlot = Math.min(...looks.map(({ cursor }) => cursor.slot - OVERLAP_SLOTS));
    const rows = looks.flatMap((look) => look.rows);
    const finalSlot = upToSlot - FINAL_AFTER_SLOTS;
    this.rollbacks.watch({ rows, aboveSlot, upToSlot, finalSlot }, turn);
    return await this.rollbacks.clear(turn, upToSlot);
  }

  private dropRolledBack(
    address: string,
    { rows, upToSlot }: Pick<AddressLook, 'rows' | 'upToSlot'>,
    memory: TimerMemory,
  ): void {
    for (const { signature, slot } of memory.dropRolledBack(address, rows, upToSlot)) {
      this.log.warn({ message: 'transaction rolled back', signature, slot });
    }
  }

  private async observeBlock(signal: AbortSignal): Promise<void> {
    const read = async (endpoint: ChainEndpoint): Promise<[number, number | null]> => {
      const slot = await endpoint.slot('confirmed', signal);
      return [slot, await endpoint.blockTime(slot, signal)];
    };
    const [slot, blockTimeSec] = await this.chain.withEndpoint(read, signal);
    if (blockTimeSec !== null) this.observer.sawBlock(slot, blockTimeSec * 1000);
  }
}

/** Rows of all looks that must be judged, the oldest first, each once. */
function openRows(looks: readonly AddressLook[], memory: TimerMemory): readonly ListedRow[] {
  const open = new Map<string, ListedRow>();
  for (const { cursor, rows } of looks) {
    for (const row of rows) {
      if (isOpen(row, memory) && isInReach(row, cursor)) {
        open.set(row.signature, { address: cursor.address, row });
      }
    }
  }
  return [...open.values()].toSorted((a, b) => a.row.slot - b.row.slot);
}

function cursorsAfter(looks: readonly AddressLook[], batch: Batch, memory: TimerMemory): readonly Cursor[] {
  const done = new Set([...batch.judged, ...batch.skipped].map(({ signature }) => signature));
  return looks.flatMap(({ cursor, rows, isProven }) =>
    isProven ? [advance(cursor, rows, (row) => isOpen(row, memory) && !done.has(row.signature))] : [],
  );
}

function isOpen(row: SignatureRow, memory: TimerMemory): boolean {
  return !row.hasFailed && !memory.isJudged(row);
}

/** Rows whose trades are in the log already, brought by a push or by an earlier leader. */
function inTail(looks: readonly AddressLook[], { tail }: ReadingState): readonly SignatureRow[] {
  const slots = new Map(
    tail.flatMap((entry) => (entry.kind === 'trade' ? [[entry.trade.signature, entry.trade.slot]] : [])),
  );
  return looks.flatMap(({ rows }) => rows.filter(({ signature, slot }) => slots.get(signature) === slot));
}

function isIn(cursors: readonly Cursor[], { address, slot, signature }: Cursor): boolean {
  return cursors.some((one) => one.address === address && one.slot === slot && one.signature === signature);
}

/** A node may forget a row for a while: rows that wait hold the cursor back whether listed or not. */
function withPending(
  rows: readonly SignatureRow[],
  pending: readonly SignatureRow[],
): readonly SignatureRow[] {
  const listed = new Set(rows.map(({ signature }) => signature));
  const missing = pending.filter(({ signature }) => !listed.has(signature));
  return missing.length === 0 ? rows : newestFirst([...missing, ...rows]);
}

/** Epoch seconds after which rows of an address without cursor are judged; Infinity: none that exists already. */
function readSinceSec({ state, cursors }: ReadingState): number {
  const { phase, startedAtMs, lastEndMs, tokenAddress } = state.current;
  if (phase === 'RUNNING') return Math.floor(startedAtMs / 1000);
  const isJoining = cursors.some(({ address }) => address === tokenAddress);
  return isJoining ? Math.floor((phase === 'EXPIRED' ? lastEndMs : startedAtMs) / 1000) : Infinity;
}
