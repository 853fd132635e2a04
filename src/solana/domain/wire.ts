import { encodeBase58 } from './base58';
import { malformed } from './parse-payload';
import type { AccountKeys } from './transaction.form';

/** One compiled instruction of a message; indexes point into the account keys. */
export interface WireInstruction {
  readonly programIndex: number;
  readonly accountIndexes: Uint8Array;
  readonly data: Uint8Array;
}

/** A transaction as it travels, legacy or version 0. */
export interface WireTransaction {
  readonly signature: string;
  readonly signerCount: number;
  readonly staticKeys: WireKeys;
  readonly instructions: readonly WireInstruction[];
}

/** Account keys that are written in base58 only when asked for. */
export class WireKeys implements AccountKeys {
  private readonly cache: (string | undefined)[] = [];

  constructor(
    private readonly bytes: Uint8Array,
    private readonly staticCount: number,
    private readonly loaded: readonly string[] = [],
  ) {}

  get length(): number {
    return this.staticCount + this.loaded.length;
  }

  at(index: number): string | undefined {
    if (index < 0 || index >= this.staticCount) return this.loaded[index - this.staticCount];
    return (this.cache[index] ??= encodeBase58(this.bytes.subarray(index * 32, index * 32 + 32)));
  }

  /** The same keys followed by the addresses that lookup tables brought in. */
  with(loaded: readonly string[]): WireKeys {
    return new WireKeys(this.bytes, this.staticCount, loaded);
  }
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw malformed('transaction: truncated');
    return value;
  }

  peek(): number {
    return this.bytes[this.at] ?? 0;
  }

  take(size: number): Uint8Array {
    if (this.at + size > this.bytes.length) throw malformed('transaction: truncated');
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  /** The chain's `compact-u16`: seven bits a byte, at most three bytes. */
  length(): number {
    let value = 0;
    for (let shift = 0; shift <= 14; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw malformed('transaction: length');
  }
}

/**
 * Decodes the wire bytes of a transaction.
 *
 * @param text - base64
 * @throws SOLANA_TRANSACTION_MALFORMED where the bytes end early or the version is not known
 */
export function readWire(text: string): WireTransaction {
  const reader = new Reader(Buffer.from(text, 'base64'));
  const signatureCount = reader.length();
  const signatures = reader.take(signatureCount * 64);
  if (signatureCount === 0) throw malformed('transaction.signatures');
  const isVersioned = reader.peek() >= 0x80;
  if (isVersioned && reader.byte() !== 0x80) throw malformed('transaction.version: 0 or legacy');
  const signerCount = reader.byte();
  reader.take(2);
  const keyCount = reader.length();
  const keys = new WireKeys(reader.take(keyCount * 32), keyCount);
  reader.take(32);
  const instructions: WireInstruction[] = [];
  for (let left = reader.length(); left > 0; left--) {
    const programIndex = reader.byte();
    const accountIndexes = reader.take(reader.length());
    instructions.push({ programIndex, accountIndexes, data: reader.take(reader.length()) });
  }
  return { signature: encodeBase58(signatures.subarray(0, 64)), signerCount, staticKeys: keys, instructions };
}
