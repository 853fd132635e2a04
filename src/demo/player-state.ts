import { isCount, isRecord } from './json';

/** A placed transaction as it is kept: its content is made again from the tape. */
export interface PlacedRow {
  readonly entry: string;
  readonly signature: string;
  readonly slot: number;
  readonly listedAtSlot: number;
  /** False where lists of the mint show it only if its accounts name the mint. */
  readonly mintIndexed: boolean;
}

/** All that a restart needs so that no slot and no signature is used again. */
export interface PlayerState {
  readonly format: 1;
  /** Digest of the entries that are played; another tape begins a new pass. */
  readonly tape: string;
  /** From 1. */
  readonly pass: number;
  /** Number of the next step of the pass, from 0. */
  readonly position: number;
  /** Transactions placed by name so far. */
  readonly placedByName: number;
  readonly newestSlot: number;
  readonly firstSlot: number;
  readonly rows: readonly PlacedRow[];
}

/** Reads a state that was kept, or null where it is not one. */
export function readPlayerState(value: unknown): PlayerState | null {
  if (!isRecord(value) || value['format'] !== 1) return null;
  const { tape, pass, position, placedByName, newestSlot, firstSlot, rows } = value;
  if (typeof tape !== 'string' || !Array.isArray(rows) || !rows.every(isPlacedRow)) return null;
  if (!isCount(pass) || pass < 1 || !isCount(position) || !isCount(placedByName)) return null;
  if (!isCount(newestSlot) || !isCount(firstSlot)) return null;
  return { format: 1, tape, pass, position, placedByName, newestSlot, firstSlot, rows };
}

function isPlacedRow(value: unknown): value is PlacedRow {
  return (
    isRecord(value) &&
    typeof value['entry'] === 'string' &&
    typeof value['signature'] === 'string' &&
    typeof value['mintIndexed'] === 'boolean' &&
    isCount(value['slot']) &&
    isCount(value['listedAtSlot'])
  );
}
