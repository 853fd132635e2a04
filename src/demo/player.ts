import { createHash } from 'node:crypto';
import type { ChainTransaction } from './chain';
import { Chain } from './chain';
import { DemoError } from './demo.errors';
import type { Place } from './placement';
import { slotOfPlace } from './placement';
import type { PlacedRow, PlayerState } from './player-state';
import type { PlayerStateFile } from './player-state.file';
import type { PlayableEntry, Tape } from './player-tape';
import type { PlaylistItem } from './playlist';
import { derivedSignature, gapMs, indexDelaySlots, isCounting, playlistOf, signatureIn } from './playlist';
import { readRpcTransaction } from './read-rpc-transaction';
import { blockTimeSecOf, producedAtOrAbove } from './slots';

/** A transaction that was placed; times in whole epoch seconds. */
export interface Placement {
  readonly entry: string;
  readonly expected: PlayableEntry['expected'];
  readonly signature: string;
  readonly slot: number;
  readonly blockTime: number;
}

/** How an entry is placed by hand. */
export interface PlacingOptions extends Place {
  /** Signature to use; without it the next of the pass, or for a named entry one of its own. */
  readonly signature?: string;
  /** Slots after which lists show it, counted from the later of now and its slot; default 0. */
  readonly lateIndexSlots?: number;
  /** False: lists of the mint show it only if its accounts name the mint; default true. */
  readonly indexMint?: boolean;
}

/** Parts of a player. */
export interface PlayerParts<E extends PlayableEntry> {
  readonly tape: Tape<E>;
  readonly mint: string;
  readonly seed: string;
  readonly file: PlayerStateFile;
  /** Clock in epoch ms. */
  readonly now: () => number;
}

/**
 * Plays the tape onto its chain, pass after pass, and keeps what a restart needs.
 *
 * It has no timer: whoever owns it calls `playDue`. A transaction is on disk before anyone can see it.
 */
export class Player<E extends PlayableEntry = PlayableEntry> {
  readonly chain: Chain;
  readonly playlist: readonly PlaylistItem<E>[];
  /** Slots by which rows that are played from now on are indexed late, beside the few that always are. */
  lateIndexSlots = 0;
  #pass = 1;
  #position = 0;
  #placedByName = 0;
  #rows: PlacedRow[] = [];
  #dueMs: number | null = null;
  readonly #entries: ReadonlyMap<string, E>;
  readonly #tapeDigest: string;

  /** @throws DEMO_TAPE_MISSING where no entry counts, DEMO_STATE_MALFORMED, DEMO_TAPE_MALFORMED */
  constructor(private readonly parts: PlayerParts<E>) {
    this.playlist = playlistOf(parts.tape.entries);
    if (this.playlist.length === 0)
      throw new DemoError('DEMO_TAPE_MISSING', { needed: 'an entry that counts' });
    this.#entries = new Map(parts.tape.entries.map((entry) => [entry.name, entry]));
    this.#tapeDigest = createHash('sha256')
      .update(JSON.stringify([...this.#entries.keys()]))
      .digest('hex');
    const state = parts.file.load();
    this.chain = new Chain(parts.now, state ?? undefined);
    if (state !== null) this.restore(state);
  }

  /** Number of the pass, from 1. */
  get pass(): number {
    return this.#pass;
  }

  /** Number of the next step of the pass, from 0. */
  get position(): number {
    return this.#position;
  }

  /** When the next step is due in epoch ms; null while silent. */
  get dueMs(): number | null {
    return this.#dueMs;
  }

  /** All transactions that the chain holds, in chain order. */
  get placements(): Placement[] {
    const entryBySignature = new Map(this.#rows.map((row) => [row.signature, row.entry]));
    return this.chain.transactions.flatMap(({ signature, slot }) => {
      const entry = this.#entries.get(entryBySignature.get(signature) ?? '');
      return entry === undefined ? [] : [toPlacement(entry, signature, slot)];
    });
  }

  /** Goes on playing one gap from now; without effect while it plays. */
  resume(): void {
    this.#dueMs ??= this.parts.now() + this.nextGapMs();
  }

  /** Plays nothing until resumed. The chain's slots go on. */
  silence(): void {
    this.#dueMs = null;
  }

  /** Plays the next step if it is due. One that comes too late shifts the others: a machine that slept does not play its sleep. */
  playDue(): void {
    if (this.#dueMs === null || this.#dueMs > this.parts.now()) return;
    const delay = indexDelaySlots(this.parts.seed, this.#pass, this.#position);
    this.playStep(this.itemAt(this.#position).entry, { lateIndexSlots: delay + this.lateIndexSlots });
    this.#dueMs = this.parts.now() + this.nextGapMs();
  }

  /**
   * Places the next entry of the pass that counts (or that does not) now or at a place; steps before it are left out.
   *
   * @returns what was placed, or a sentence why it cannot be
   */
  placeNext(counting: boolean, options: PlacingOptions = {}): Placement | string {
    const slot = this.checkedSlot(options);
    if (typeof slot === 'string') return slot;
    if (!this.playlist.some(({ entry }) => isCounting(entry) === counting))
      return 'the tape has no such entry';
    while (isCounting(this.itemAt(this.#position).entry) !== counting) this.stepOn();
    return this.playStep(this.itemAt(this.#position).entry, { ...options, slot });
  }

  /** Places an entry by its name, as `placeNext` does; the pass does not move. */
  placeNamed(name: string, options: PlacingOptions = {}): Placement | string {
    const slot = this.checkedSlot(options);
    const entry = this.#entries.get(name);
    if (entry === undefined) return `the tape has no entry ${name}`;
    if (typeof slot === 'string') return slot;
    return this.place(entry, options.signature ?? this.signatureByName(entry), slot, options);
  }

  /** Writes down what a restart needs. */
  save(): void {
    this.parts.file.save({
      format: 1,
      tape: this.#tapeDigest,
      pass: this.#pass,
      position: this.#position,
      placedByName: this.#placedByName,
      newestSlot: this.chain.newestSlot,
      firstSlot: this.chain.firstSlot,
      rows: this.#rows,
    });
  }

  private playStep(entry: E, options: PlacingOptions): Placement {
    const ofPass = signatureIn(this.#pass, entry.signature);
    this.stepOn();
    const signature = options.signature ?? (this.chain.has(ofPass) ? this.signatureByName(entry) : ofPass);
    return this.place(entry, signature, options.slot ?? producedAtOrAbove(this.chain.newestSlot), options);
  }

  private place(entry: E, signature: string, slot: number, options: PlacingOptions): Placement {
    const late = options.lateIndexSlots ?? this.lateIndexSlots;
    const listedAtSlot = late === 0 ? slot : Math.max(slot, this.chain.newestSlot) + late;
    const row = { entry: entry.name, signature, slot, listedAtSlot, mintIndexed: options.indexMint ?? true };
    const transaction = this.transactionOf(entry, row);
    this.#rows = [...this.#rows.filter((kept) => this.chain.has(kept.signature)), row];
    this.save();
    this.chain.add(transaction);
    return toPlacement(entry, signature, slot);
  }

  private transactionOf(entry: E, row: PlacedRow): ChainTransaction {
    const { signature, slot, listedAtSlot } = row;
    const { tape, mint } = this.parts;
    const content = readRpcTransaction(
      tape.toRpcTransaction(entry, { signature, slot, blockTimeSec: blockTimeSecOf(slot), mint }),
    );
    const addresses = new Set(row.mintIndexed ? [...content.addresses, mint] : content.addresses);
    return { signature, slot, listedAtSlot, addresses, content };
  }

  /** Rows are kept in the order in which they were placed, which is their order within a slot. */
  private restore(state: PlayerState): void {
    const sameTape = state.tape === this.#tapeDigest && state.position < this.playlist.length;
    this.#pass = sameTape ? state.pass : state.pass + 1;
    this.#position = sameTape ? state.position : 0;
    this.#placedByName = state.placedByName;
    for (const row of state.rows) {
      const entry = this.#entries.get(row.entry);
      if (entry === undefined) continue;
      this.chain.add(this.transactionOf(entry, row));
      this.#rows.push(row);
    }
  }

  private signatureByName(entry: E): string {
    this.#placedByName += 1;
    return derivedSignature(`by name ${String(this.#placedByName)}`, entry.signature);
  }

  private checkedSlot({ signature, ...place }: PlacingOptions): number | string {
    if (signature !== undefined && this.chain.has(signature)) return 'the chain has this signature already';
    return slotOfPlace(this.chain, place);
  }

  private stepOn(): void {
    this.#position += 1;
    if (this.#position < this.playlist.length) return;
    this.#position = 0;
    this.#pass += 1;
  }

  private nextGapMs(): number {
    return gapMs(this.parts.seed, this.#pass, this.itemAt(this.#position));
  }

  private itemAt(position: number): PlaylistItem<E> {
    const item = this.playlist[position];
    if (item === undefined) throw new DemoError('DEMO_TAPE_MISSING', { position });
    return item;
  }
}

function toPlacement(entry: PlayableEntry, signature: string, slot: number): Placement {
  return { entry: entry.name, expected: entry.expected, signature, slot, blockTime: blockTimeSecOf(slot) };
}
