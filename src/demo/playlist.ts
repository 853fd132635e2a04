import { createHash } from 'node:crypto';
import { encodeBase58 } from './base58';
import type { PlayableEntry } from './player-tape';

/** One step of a pass. A block is a counting entry with the others that are played before it. */
export interface PlaylistItem<E> {
  readonly entry: E;
  readonly block: number;
  /** Steps of the block: they share the time between two counting entries evenly. */
  readonly steps: number;
}

/** Time between two counting entries in ms: at least this … */
const SHORTEST_MS = 5200;
/** … and less than this much more, so that whole slots still leave it between 5 and 8 s. */
const SPREAD_MS = 2400;

/** True for an entry that is a trade of the demo mint. */
export function isCounting(entry: PlayableEntry): boolean {
  return entry.expected !== 'none';
}

/** The order of one pass: every entry once, the others spread evenly between the counting ones, which end it. */
export function playlistOf<E extends PlayableEntry>(entries: readonly E[]): PlaylistItem<E>[] {
  const counting = entries.filter(isCounting);
  const others = entries.filter((entry) => !isCounting(entry));
  return counting.flatMap((trade, block) => {
    const upTo = (index: number): number => Math.floor((others.length * index) / counting.length);
    const before = others.slice(upTo(block), upTo(block + 1));
    return [...before, trade].map((entry) => ({ entry, block, steps: before.length + 1 }));
  });
}

/** Time in ms from the step before to this one; the same for the same seed, pass and item. */
export function gapMs(seed: string, pass: number, item: PlaylistItem<unknown>): number {
  return (SHORTEST_MS + draw(`${seed}:${String(pass)}:${String(item.block)}`) * SPREAD_MS) / item.steps;
}

/** Slots by which the row of a step is indexed late: mostly 0, for one in eight 3 to 12. */
export function indexDelaySlots(seed: string, pass: number, position: number): number {
  const drawn = draw(`${seed}:${String(pass)}:late ${String(position)}`) * 8;
  return drawn < 1 ? 3 + Math.floor(drawn * 10) : 0;
}

/** Signature of an entry in a pass: the real one in the first, later a valid one made of the pass and the real one. */
export function signatureIn(pass: number, original: string): string {
  return pass === 1 ? original : derivedSignature(`pass ${String(pass)}`, original);
}

/** A base58 signature of 64 bytes, always the same for the same use and original. */
export function derivedSignature(use: string, original: string): string {
  return encodeBase58(createHash('sha512').update(`${use}:${original}`).digest());
}

/** Number from 0 to below 1 that depends on the text alone. */
function draw(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
