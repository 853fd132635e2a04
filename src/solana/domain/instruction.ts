import { decodeBase58 } from './base58';
import type { AccountKeys, Instruction, ParsedInstruction } from './transaction.form';

const NO_BYTES = new Uint8Array(0);

/** Where an instruction stands in its transaction. */
export interface Place {
  readonly outerIndex: number;
  readonly depth: number;
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? (decodeBase58(data) ?? NO_BYTES) : data;
}

/** An instruction that names its accounts by index, as the wire and the `json` encoding do. */
export class IndexedInstruction implements Instruction {
  readonly parsed = null;
  readonly outerIndex: number;
  readonly depth: number;
  private accountCache: readonly string[] | null = null;
  private dataCache: Uint8Array | null = null;

  constructor(
    place: Place,
    readonly programId: string,
    private readonly keys: AccountKeys,
    private readonly indexes: ArrayLike<unknown>,
    private readonly rawData: string | Uint8Array,
  ) {
    this.outerIndex = place.outerIndex;
    this.depth = place.depth;
  }

  get accounts(): readonly string[] {
    this.accountCache ??= Array.from(
      this.indexes,
      (index) => (typeof index === 'number' ? this.keys.at(index) : undefined) ?? '',
    );
    return this.accountCache;
  }

  get data(): Uint8Array {
    this.dataCache ??= bytesOf(this.rawData);
    return this.dataCache;
  }
}

/** An instruction that names its accounts by address, as `jsonParsed` and `enhanced` do. */
export class NamedInstruction implements Instruction {
  readonly outerIndex: number;
  readonly depth: number;
  private dataCache: Uint8Array | null = null;

  constructor(
    place: Place,
    readonly programId: string,
    readonly accounts: readonly string[],
    private readonly rawData: string,
    readonly parsed: ParsedInstruction | null,
  ) {
    this.outerIndex = place.outerIndex;
    this.depth = place.depth;
  }

  get data(): Uint8Array {
    this.dataCache ??= bytesOf(this.rawData);
    return this.dataCache;
  }
}
