import { encodeBase58 } from './base58';

/** What a label of the tape says about one mint of its transaction. Amounts are raw integers as text. */
export interface TapeLabel {
  readonly mint: string;
  readonly expected: 'buy' | 'sell' | 'none';
  readonly category: string;
  /** Owners that trade; empty where nobody does, or where that is a matter of definition. */
  readonly traders: readonly string[];
  /** Sum over the traders; null where there is none. */
  readonly amountRaw: string | null;
  /** True where the verdict is a matter of definition: hops, circular arbitrage, tokens burned at once. */
  readonly isAmbiguous: boolean;
}

/** Lamports of one account; `keyIndex` points into the entry's keys. */
export interface TapeLamports {
  readonly keyIndex: number;
  readonly pre: number;
  readonly change: number;
}

/** Balance of one token account; null where the account did not exist. */
export interface TapeTokens {
  readonly keyIndex: number;
  readonly mint: string;
  readonly owner: string;
  readonly decimals: number;
  readonly pre: string | null;
  readonly post: string | null;
}

/** One instruction: depth 1 is outer; `data` are its first bytes. */
export interface TapeCall {
  readonly depth: number;
  readonly programIndex: number;
  readonly accounts: readonly number[];
  readonly data: Uint8Array;
}

/** The facts of one recorded transaction, transcribed from public recordings. */
export interface TapeEntry {
  readonly name: string;
  readonly signature: string;
  /** Slot and block time (epoch seconds) of the recording; null where it had none. */
  readonly slot: number | null;
  readonly blockTimeSec: number | null;
  readonly version: number | 'legacy';
  readonly network: string;
  /** True where only changes were recorded, so that balances before are made up around them. */
  readonly isFromChanges: boolean;
  readonly feeLamports: number;
  readonly err: unknown;
  readonly signerCount: number;
  readonly keys: readonly string[];
  readonly lamports: readonly TapeLamports[];
  readonly tokens: readonly TapeTokens[];
  readonly calls: readonly TapeCall[];
  /** The first one is what the entry is played for. */
  readonly labels: readonly TapeLabel[];
  /** Mint that the entry is judged for, and that a player replaces by its own. */
  readonly mint: string;
  readonly expected: 'buy' | 'sell' | 'none';
  /** True for mainnet transactions with at most one trader that are judged the same with another mint. */
  readonly demo: boolean;
}

/** How an entry appears on a chain. */
export interface TapePlace {
  readonly signature: string;
  readonly slot: number;
  readonly blockTimeSec: number;
  /** Put in the place of the entry's judged mint. */
  readonly mint: string;
}

/** An instruction as `json` encodes it. */
export interface RpcInstruction {
  readonly programIdIndex: number;
  readonly accounts: readonly number[];
  readonly data: string;
  readonly stackHeight: number | null;
}

/** A row of token balances. */
export interface RpcTokenBalance {
  readonly accountIndex: number;
  readonly mint: string;
  readonly owner: string;
  readonly uiTokenAmount: { readonly amount: string; readonly decimals: number };
}

/** The result of `getTransaction` in encoding `json`. */
export interface RpcResult {
  readonly slot: number;
  readonly blockTime: number;
  readonly version: number | 'legacy';
  readonly transaction: {
    readonly signatures: readonly string[];
    readonly message: {
      readonly header: Readonly<
        Record<'numRequiredSignatures' | 'numReadonlySignedAccounts' | 'numReadonlyUnsignedAccounts', number>
      >;
      readonly accountKeys: readonly string[];
      readonly recentBlockhash: string;
      readonly instructions: readonly RpcInstruction[];
    };
  };
  readonly meta: {
    readonly err: unknown;
    readonly status: unknown;
    readonly fee: number;
    readonly preBalances: readonly number[];
    readonly postBalances: readonly number[];
    readonly preTokenBalances: readonly RpcTokenBalance[];
    readonly postTokenBalances: readonly RpcTokenBalance[];
    readonly innerInstructions: readonly {
      readonly index: number;
      readonly instructions: readonly RpcInstruction[];
    }[];
    readonly loadedAddresses: { readonly writable: readonly string[]; readonly readonly: readonly string[] };
    readonly logMessages: readonly string[];
    readonly rewards: readonly unknown[];
  };
}

const UNTOUCHED_LAMPORTS = 1_000_000;
const NO_BLOCKHASH = '11111111111111111111111111111111';

function messageInstruction({ programIndex, accounts, data }: TapeCall): RpcInstruction {
  return { programIdIndex: programIndex, accounts, data: encodeBase58(data), stackHeight: null };
}

interface Grouped {
  readonly outer: RpcInstruction[];
  readonly inner: { index: number; instructions: RpcInstruction[] }[];
}

/** Outer instructions, and the inner ones grouped under their index. */
function instructionsOf(calls: readonly TapeCall[]): Grouped {
  const { outer, inner }: Grouped = { outer: [], inner: [] };
  for (const call of calls) {
    if (call.depth === 1) {
      outer.push(messageInstruction(call));
      continue;
    }
    const index = outer.length - 1;
    let group = inner.at(-1);
    if (group?.index !== index) {
      group = { index, instructions: [] };
      inner.push(group);
    }
    group.instructions.push({ ...messageInstruction(call), stackHeight: call.depth });
  }
  return { outer, inner };
}

function tokenRows(
  entry: TapeEntry,
  side: 'pre' | 'post',
  renamed: (text: string) => string,
): RpcTokenBalance[] {
  return entry.tokens.flatMap(({ keyIndex, mint, owner, decimals, [side]: amount }) =>
    amount === null
      ? []
      : [
          {
            accountIndex: keyIndex,
            mint: renamed(mint),
            owner: renamed(owner),
            uiTokenAmount: { amount, decimals },
          },
        ],
  );
}

/** Balances by key; accounts that did not change stand at an invented one. */
function lamportsOf({ keys, lamports }: TapeEntry): { pre: number[]; post: number[] } {
  const pre = keys.map(() => UNTOUCHED_LAMPORTS);
  const post = [...pre];
  for (const { keyIndex, pre: before, change } of lamports) {
    pre[keyIndex] = before;
    post[keyIndex] = before + change;
  }
  return { pre, post };
}

/**
 * The entry as the result of `getTransaction` in encoding `json`: another signature, slot and time, and another mint in
 * the place of the judged one.
 */
export function toRpcTransaction(entry: TapeEntry, as: TapePlace): RpcResult {
  const renamed = (text: string): string => (text === entry.mint ? as.mint : text);
  const { pre, post } = lamportsOf(entry);
  const { outer, inner } = instructionsOf(entry.calls);
  return {
    slot: as.slot,
    blockTime: as.blockTimeSec,
    version: entry.version,
    transaction: {
      signatures: [as.signature, ...Array.from({ length: entry.signerCount - 1 }, () => as.signature)],
      message: {
        header: {
          numRequiredSignatures: entry.signerCount,
          numReadonlySignedAccounts: 0,
          numReadonlyUnsignedAccounts: 0,
        },
        accountKeys: entry.keys.map(renamed),
        recentBlockhash: NO_BLOCKHASH,
        instructions: outer,
      },
    },
    meta: {
      err: entry.err,
      status: entry.err === null ? { Ok: null } : { Err: entry.err },
      fee: entry.feeLamports,
      preBalances: pre,
      postBalances: post,
      preTokenBalances: tokenRows(entry, 'pre', renamed),
      postTokenBalances: tokenRows(entry, 'post', renamed),
      innerInstructions: inner,
      loadedAddresses: { writable: [], readonly: [] },
      logMessages: [],
      rewards: [],
    },
  };
}
