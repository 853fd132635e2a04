/** The encoding a transaction came in; the judge treats all alike. */
export type TransactionForm = 'json' | 'jsonParsed' | 'base64' | 'enhanced';

/** Addresses of a transaction: its own, then the loaded writable and loaded readonly ones. */
export interface AccountKeys {
  readonly length: number;
  at(index: number): string | undefined;
}

/** An instruction that the node has decoded itself (only in `jsonParsed`). */
export interface ParsedInstruction {
  readonly type: string;
  readonly info: Readonly<Record<string, unknown>>;
}

/** One instruction, outer or inner. */
export interface Instruction {
  readonly programId: string;
  /** Index of the outer instruction it is or belongs to. */
  readonly outerIndex: number;
  /** 1 for an outer instruction, 2 and more inside it; 2 where the payload does not tell. */
  readonly depth: number;
  /** Decoded on first use; empty where the node gives only the parsed form. */
  readonly accounts: readonly string[];
  /** Decoded on first use; empty where the node gives only the parsed form. */
  readonly data: Uint8Array;
  readonly parsed: ParsedInstruction | null;
}

/** What happened to one token account. Amounts are raw integers of the mint. */
export interface TokenBalance {
  readonly accountIndex: number;
  readonly account: string;
  /** Wallet or program address the account belongs to; its own address where no payload or instruction names one. */
  readonly owner: string;
  readonly mint: string;
  readonly decimals: number;
  readonly change: bigint;
}

/** One transaction of the chain, undecided, the same whatever form it came in. */
export interface Transaction {
  readonly form: TransactionForm;
  /** First signature, base58. */
  readonly signature: string;
  readonly slot: number | null;
  /** Solana's clock, whole seconds; null where the payload has none. */
  readonly blockTimeSec: number | null;
  readonly failed: boolean;
  readonly feePayer: string;
  readonly feeLamports: bigint;
  /** All signers, the fee payer first; only the fee payer for `enhanced`. */
  readonly signers: readonly string[];
  readonly accountKeys: AccountKeys;
  /** Lamports before, by account index; null for `enhanced`. */
  readonly preLamports: readonly number[] | null;
  /** Change of lamports by account index, the fee included. */
  readonly lamportChanges: readonly number[];
  readonly tokenBalances: readonly TokenBalance[];
  /** In order of execution, each outer instruction followed by its inner ones. */
  readonly instructions: readonly Instruction[];
  /** False where the payload names transfers of tokens but tells no balances (some `enhanced` ones). */
  readonly hasBalances: boolean;
}
