import { decodeBase58 } from '../../src/solana/domain/base58';

/** What the encoders here read of a `getTransaction` result in encoding `json`. */
export interface JsonTransaction {
  readonly slot: number;
  readonly blockTime: number;
  readonly transaction: {
    readonly signatures: readonly string[];
    readonly message: {
      readonly header: { readonly numRequiredSignatures: number };
      readonly accountKeys: readonly string[];
      readonly instructions: readonly JsonInstruction[];
    };
  };
  readonly meta: {
    readonly err: unknown;
    readonly fee: number;
    readonly preBalances: readonly number[];
    readonly postBalances: readonly number[];
    readonly preTokenBalances: readonly JsonBalance[];
    readonly postTokenBalances: readonly JsonBalance[];
    readonly innerInstructions: readonly { index: number; instructions: readonly JsonInstruction[] }[];
    readonly loadedAddresses: { readonly writable: readonly string[]; readonly readonly: readonly string[] };
  };
}

/** One instruction of it. */
export interface JsonInstruction {
  readonly programIdIndex: number;
  readonly accounts: readonly number[];
  readonly data: string;
  readonly stackHeight?: number | null;
}

/** One row of its token balances. */
export interface JsonBalance {
  readonly accountIndex: number;
  readonly mint: string;
  readonly owner: string;
  readonly uiTokenAmount: { readonly amount: string; readonly decimals: number };
}

function bytesOf(text: string): Buffer {
  return Buffer.from(decodeBase58(text) ?? []);
}

function sized(bytes: Buffer, count = bytes.length): Buffer {
  const length: number[] = [];
  for (let rest = count; ; rest >>= 7) {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    if (rest <= 0x7f) break;
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}

/** The same transaction with `transaction` as wire bytes; with `loaded` > 0 as version 0 whose last keys come from a lookup table. */
export function toBase64(json: JsonTransaction, loaded = 0): Record<string, unknown> {
  const { signatures, message } = json.transaction;
  const own = message.accountKeys.slice(0, message.accountKeys.length - loaded);
  const wire = Buffer.concat([
    sized(Buffer.concat(signatures.map(bytesOf)), signatures.length),
    loaded > 0 ? Buffer.from([0x80]) : Buffer.alloc(0),
    Buffer.from([message.header.numRequiredSignatures, 0, 0]),
    sized(Buffer.concat(own.map(bytesOf)), own.length),
    Buffer.alloc(32),
    sized(Buffer.concat(message.instructions.map(wireInstruction)), message.instructions.length),
    loaded > 0 ? Buffer.from([0]) : Buffer.alloc(0),
  ]);
  const writable = message.accountKeys.slice(message.accountKeys.length - loaded);
  return {
    ...json,
    transaction: [wire.toString('base64'), 'base64'],
    meta: { ...json.meta, loadedAddresses: { writable: loaded > 0 ? writable : [], readonly: [] } },
  };
}

function wireInstruction({ programIdIndex, accounts, data }: JsonInstruction): Buffer {
  return Buffer.concat([Buffer.from([programIdIndex]), sized(Buffer.from(accounts)), sized(bytesOf(data))]);
}

/** The same transaction as a node answers it in `jsonParsed`: keys with roles, native instructions decoded. */
export function toJsonParsed(json: JsonTransaction): Record<string, unknown> {
  const { message } = json.transaction;
  const keys = message.accountKeys;
  const signers = message.header.numRequiredSignatures;
  return {
    ...json,
    transaction: {
      signatures: json.transaction.signatures,
      message: {
        accountKeys: keys.map((pubkey, index) => ({
          pubkey,
          signer: index < signers,
          writable: true,
          source: 'transaction',
        })),
        instructions: message.instructions.map((instruction) => parsedInstruction(instruction, keys)),
      },
    },
    meta: {
      ...json.meta,
      loadedAddresses: undefined,
      innerInstructions: json.meta.innerInstructions.map(({ index, instructions }) => ({
        index,
        instructions: instructions.map((instruction) => parsedInstruction(instruction, keys)),
      })),
    },
  };
}

function parsedInstruction(instruction: JsonInstruction, keys: readonly string[]): Record<string, unknown> {
  const programId = keys[instruction.programIdIndex] ?? '';
  const accounts = instruction.accounts.map((index) => keys[index] ?? '');
  const data = bytesOf(instruction.data);
  const height = instruction.stackHeight === undefined ? {} : { stackHeight: instruction.stackHeight };
  const parsed = parsedForm(programId, accounts, data);
  return parsed === null
    ? { programId, accounts, data: instruction.data, ...height }
    : { programId, parsed, ...height };
}

function parsedForm(
  programId: string,
  [a, b, c]: readonly string[],
  data: Buffer,
): Record<string, unknown> | null {
  if (programId === '11111111111111111111111111111111' && data.length >= 12) {
    const lamports = Number(data.readBigUInt64LE(4));
    if (data[0] === 2) return { type: 'transfer', info: { source: a, destination: b, lamports } };
    if (data[0] === 0) return { type: 'createAccount', info: { source: a, newAccount: b, lamports } };
  }
  if (!programId.startsWith('Token') || data.length < 9) return null;
  const amount = String(data.readBigUInt64LE(1));
  if (data[0] === 3) return { type: 'transfer', info: { source: a, destination: b, authority: c, amount } };
  if (data[0] === 7) return { type: 'mintTo', info: { mint: a, account: b, amount } };
  if (data[0] === 8) return { type: 'burn', info: { account: a, mint: b, authority: c, amount } };
  return null;
}

/** The same transaction as an element of Helius' enhanced webhook. */
export function toEnhanced(json: JsonTransaction): Record<string, unknown> {
  const { message, signatures } = json.transaction;
  const keys = message.accountKeys;
  const { meta } = json;
  const named = ({ programIdIndex, accounts, data }: JsonInstruction): Record<string, unknown> => ({
    programId: keys[programIdIndex],
    accounts: accounts.map((index) => keys[index]),
    data,
  });
  return {
    signature: signatures[0],
    slot: json.slot,
    timestamp: json.blockTime,
    type: 'UNKNOWN',
    source: 'UNKNOWN',
    fee: meta.fee,
    feePayer: keys[0],
    transactionError: meta.err,
    nativeTransfers: [],
    tokenTransfers: [],
    accountData: keys.map((account, index) => ({
      account,
      nativeBalanceChange: (meta.postBalances[index] ?? 0) - (meta.preBalances[index] ?? 0),
      tokenBalanceChanges: changesOf(meta, index, account),
    })),
    instructions: message.instructions.map((instruction, index) => ({
      ...named(instruction),
      innerInstructions: meta.innerInstructions
        .filter((group) => group.index === index)
        .flatMap(({ instructions }) => instructions.map(named)),
    })),
  };
}

function changesOf(meta: JsonTransaction['meta'], index: number, tokenAccount: string): unknown[] {
  const before = meta.preTokenBalances.find(({ accountIndex }) => accountIndex === index);
  const after = meta.postTokenBalances.find(({ accountIndex }) => accountIndex === index);
  const row = after ?? before;
  if (row === undefined) return [];
  const change = BigInt(after?.uiTokenAmount.amount ?? 0) - BigInt(before?.uiTokenAmount.amount ?? 0);
  const rawTokenAmount = { tokenAmount: String(change), decimals: row.uiTokenAmount.decimals };
  return change === 0n ? [] : [{ userAccount: row.owner, tokenAccount, mint: row.mint, rawTokenAmount }];
}
