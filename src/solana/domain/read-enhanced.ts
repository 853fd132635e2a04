import { NamedInstruction } from './instruction';
import {
  amountOf,
  decimalsOf,
  integerOf,
  isHoldable,
  lamportsIn,
  listOf,
  looseOf,
  malformed,
  secondsOf,
  slotOf,
  textOf,
} from './parse-payload';
import type { Loose } from './parse-payload';
import type { Instruction, TokenBalance, Transaction } from './transaction.form';

type Enhanced =
  | 'signature'
  | 'slot'
  | 'timestamp'
  | 'fee'
  | 'feePayer'
  | 'transactionError'
  | 'accountData'
  | 'instructions'
  | 'tokenTransfers';

interface Accounts {
  readonly keys: readonly string[];
  readonly lamportChanges: readonly number[];
  readonly tokenBalances: readonly TokenBalance[];
}

function readChange(value: unknown): Omit<TokenBalance, 'accountIndex'> {
  const path = 'accountData.tokenBalanceChanges';
  const row = looseOf<'userAccount' | 'tokenAccount' | 'mint' | 'rawTokenAmount'>(value);
  const raw = looseOf<'tokenAmount' | 'decimals'>(row.rawTokenAmount);
  const account = textOf(row.tokenAccount);
  const mint = textOf(row.mint);
  const change = amountOf(raw.tokenAmount);
  const decimals = decimalsOf(raw.decimals);
  if (account === null) throw malformed(`${path}.tokenAccount`);
  if (mint === null) throw malformed(`${path}.mint`);
  if (change === null || decimals === null || !isHoldable(change)) throw malformed(`${path}.rawTokenAmount`);
  return {
    account,
    owner: textOf(row.userAccount) ?? account,
    mint,
    decimals,
    change,
  };
}

function readAccounts(rows: readonly unknown[]): Accounts {
  const keys: string[] = [];
  const lamportChanges: number[] = [];
  const changes: Omit<TokenBalance, 'accountIndex'>[] = [];
  for (const value of rows) {
    const row = looseOf<'account' | 'nativeBalanceChange' | 'tokenBalanceChanges'>(value);
    const account = textOf(row.account);
    if (account === null) throw malformed('accountData.account');
    keys.push(account);
    lamportChanges.push(integerOf(row.nativeBalanceChange) ?? 0);
    changes.push(...(listOf(row.tokenBalanceChanges) ?? []).map(readChange));
  }
  const indexes = new Map(keys.map((key, index) => [key, index]));
  const tokenBalances = changes.map((change) => ({
    ...change,
    accountIndex: indexes.get(change.account) ?? -1,
  }));
  return { keys, lamportChanges, tokenBalances };
}

function readInstruction(value: unknown, outerIndex: number, depth: number): Instruction {
  const raw = looseOf<'programId' | 'accounts' | 'data'>(value);
  const programId = textOf(raw.programId);
  if (programId === null) throw malformed('instructions.programId');
  const accounts = (listOf(raw.accounts) ?? []).map((account) => textOf(account) ?? '');
  return new NamedInstruction({ outerIndex, depth }, programId, accounts, textOf(raw.data) ?? '', null);
}

function readInstructions(rows: readonly unknown[]): readonly Instruction[] {
  return rows.flatMap((row, outerIndex) => {
    const inner = listOf(looseOf<'innerInstructions'>(row).innerInstructions) ?? [];
    return [
      readInstruction(row, outerIndex, 1),
      ...inner.map((item) => readInstruction(item, outerIndex, 2)),
    ];
  });
}

/** The fields without which there is no transaction. */
function required(raw: Loose<Enhanced>): {
  signature: string;
  feePayer: string;
  rows: readonly unknown[];
} {
  const signature = textOf(raw.signature);
  const feePayer = textOf(raw.feePayer);
  const rows = listOf(raw.accountData);
  if (signature !== null && feePayer !== null && rows !== null) return { signature, feePayer, rows };
  const found = { signature, feePayer, accountData: rows };
  const missing = Object.entries(found).filter(([, value]) => value === null);
  throw malformed(...missing.map(([name]) => name));
}

/**
 * Reads one element of Helius' enhanced webhook or enhanced transactions answer.
 *
 * `type`, `source` and the float `tokenTransfers[].tokenAmount` are not used.
 * @throws SOLANA_TRANSACTION_MALFORMED with the paths of what is missing
 */
export function readEnhanced(payload: unknown): Transaction {
  const raw = looseOf<Enhanced>(payload);
  const { signature, feePayer, rows } = required(raw);
  const { keys, lamportChanges, tokenBalances } = readAccounts(rows);
  const moves = listOf(raw.tokenTransfers)?.length ?? 0;
  return {
    form: 'enhanced',
    signature,
    slot: slotOf(raw.slot, 'slot'),
    blockTimeSec: secondsOf(raw.timestamp, 'timestamp'),
    failed: (raw.transactionError ?? null) !== null,
    feePayer,
    feeLamports: BigInt(lamportsIn(raw.fee, 'fee') ?? 0),
    signers: [feePayer],
    accountKeys: keys,
    preLamports: null,
    lamportChanges,
    tokenBalances,
    instructions: readInstructions(listOf(raw.instructions) ?? []),
    hasBalances: rows.length > 0 || moves === 0,
  };
}
