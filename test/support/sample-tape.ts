import { createHash } from 'node:crypto';
import { encodeBase58 } from '../../src/demo/base58';
import type { PlayableEntry, Tape } from '../../src/demo/player-tape';

/** Base58 text of 64 bytes that depends on the name alone. */
export function signatureNamed(name: string): string {
  return encodeBase58(createHash('sha512').update(name).digest());
}

/** Base58 text of 32 bytes that depends on the name alone. */
export function addressNamed(name: string): string {
  return encodeBase58(createHash('sha256').update(name).digest());
}

/** A `getTransaction` result with just what the demo chain reads; a name with `v0` has that version, one with `failed` an error. */
export function sampleTransaction(
  name: string,
  as: { signature: string; slot: number; blockTimeSec: number; mint: string },
): Record<string, unknown> {
  const named = name.includes('unnamed') ? [] : [as.mint];
  return {
    slot: as.slot,
    blockTime: as.blockTimeSec,
    version: name.includes('v0') ? 0 : 'legacy',
    meta: {
      err: name.includes('failed') ? { InstructionError: [0, 'Custom'] } : null,
      loadedAddresses: { writable: [addressNamed(`pool of ${name}`)], readonly: [] },
    },
    transaction: {
      signatures: [as.signature],
      message: { accountKeys: [addressNamed(`wallet of ${name}`), ...named] },
    },
  };
}

/** A tape of entries made for tests of the demo chain's own mechanics; what is in a transaction plays no part there. */
export function sampleTape(counting: number, others: number): Tape {
  const entries: PlayableEntry[] = [
    ...Array.from({ length: counting }, (_, index) => entryNamed(`trade ${String(index)}`, 'buy')),
    ...Array.from({ length: others }, (_, index) => entryNamed(`transfer ${String(index)}`, 'none')),
  ];
  return { entries, toRpcTransaction: (entry, as) => sampleTransaction(entry.name, as) };
}

function entryNamed(name: string, expected: PlayableEntry['expected']): PlayableEntry {
  return { name, signature: signatureNamed(name), expected };
}
