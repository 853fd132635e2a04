import { encodeBase58 } from './base58';
import { amountOf, textOf } from './parse-payload';
import type { Instruction, ParsedInstruction } from './transaction.form';

/** The native program that moves lamports and creates accounts. */
export const SYSTEM_PROGRAM = '11111111111111111111111111111111';
/** The two token programs, classic and Token-2022. */
export const TOKEN_PROGRAMS: ReadonlySet<string> = new Set([
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
]);

/**
 * What a native instruction does to balances. Amounts are raw integers, addresses are token accounts for the token
 * programs and plain accounts for the system program.
 */
export type Action =
  | { kind: 'lamports'; from: string; to: string; amount: bigint; creates: boolean }
  | { kind: 'transfer'; from: string; to: string; amount: bigint; authority: string }
  | { kind: 'mint'; mint: string; to: string; amount: bigint }
  | { kind: 'burn'; mint: string; from: string; amount: bigint; authority: string }
  | { kind: 'close'; account: string; to: string; authority: string }
  | { kind: 'open'; account: string; owner: string };

/** The action of an instruction, or null where it is of another program or moves nothing. */
export function actionOf(instruction: Instruction): Action | null {
  const isToken = TOKEN_PROGRAMS.has(instruction.programId);
  if (!isToken && instruction.programId !== SYSTEM_PROGRAM) return null;
  if (instruction.parsed !== null) {
    return isToken ? parsedTokenAction(instruction.parsed) : parsedSystemAction(instruction.parsed);
  }
  return isToken ? tokenAction(instruction.accounts, instruction.data) : systemAction(instruction);
}

const MOVING_BYTES: ReadonlySet<number> = new Set([3, 12, 26, 7, 14, 8, 15]);
const MOVING_TYPE = /^(transfer|mintTo|burn)/;

/** True for an instruction that moves, makes or destroys tokens; cheaper than its whole action. */
export function movesTokens(instruction: Instruction): boolean {
  if (!TOKEN_PROGRAMS.has(instruction.programId)) return false;
  if (instruction.parsed !== null) return MOVING_TYPE.test(instruction.parsed.type);
  const [first = -1, second] = instruction.data;
  return MOVING_BYTES.has(first) && (first !== 26 || second === 1);
}

/** True for an instruction that destroys tokens; cheaper than its whole action. */
export function burnsTokens(instruction: Instruction): boolean {
  if (!TOKEN_PROGRAMS.has(instruction.programId)) return false;
  if (instruction.parsed !== null) return instruction.parsed.type.startsWith('burn');
  return instruction.data[0] === 8 || instruction.data[0] === 15;
}

function word(data: Uint8Array, at: number): number {
  const high = (data[at + 3] ?? 0) * 0x1000000;
  return high + (((data[at + 2] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at] ?? 0));
}

function number64(data: Uint8Array, at: number): bigint {
  const high = word(data, at + 4);
  const low = word(data, at);
  return high < 0x200000 ? BigInt(high * 0x100000000 + low) : (BigInt(high) << 32n) | BigInt(low);
}

/** Forms of the token programs' transfer: first byte, place of the amount, places of destination and authority. */
function transferAction(accounts: readonly string[], data: Uint8Array): Action | null {
  const [from = '', second = '', third = '', fourth = ''] = accounts;
  if (data[0] === 3)
    return { kind: 'transfer', from, to: second, amount: number64(data, 1), authority: third };
  if (data[0] === 26 && data[1] !== 1) return null;
  const amount = number64(data, data[0] === 26 ? 2 : 1);
  return { kind: 'transfer', from, to: third, amount, authority: fourth };
}

function tokenAction(accounts: readonly string[], data: Uint8Array): Action | null {
  const [a = '', b = '', c = ''] = accounts;
  switch (data[0]) {
    case 3:
    case 12:
    case 26:
      return transferAction(accounts, data);
    case 1:
      return { kind: 'open', account: a, owner: c };
    case 16:
    case 18:
      return { kind: 'open', account: a, owner: encodeBase58(data.subarray(1, 33)) };
    case 7:
    case 14:
      return { kind: 'mint', mint: a, to: b, amount: number64(data, 1) };
    case 8:
    case 15:
      return { kind: 'burn', from: a, mint: b, amount: number64(data, 1), authority: c };
    case 9:
      return { kind: 'close', account: a, to: b, authority: c };
    default:
      return null;
  }
}

function systemAction({ accounts, data }: Instruction): Action | null {
  const [from = '', to = ''] = accounts;
  if (data[0] === 0 || data[0] === 2) {
    return { kind: 'lamports', from, to, amount: number64(data, 4), creates: data[0] === 0 };
  }
  if (data[0] === 3) {
    const seedLength = Number(number64(data, 36));
    return { kind: 'lamports', from, to, amount: number64(data, 44 + seedLength), creates: true };
  }
  return data[0] === 11
    ? { kind: 'lamports', from, to: accounts[2] ?? '', amount: number64(data, 4), creates: false }
    : null;
}

function parsedSystemAction({ type, info }: ParsedInstruction): Action | null {
  const amount = amountOf(info['lamports']);
  const creates = type.startsWith('createAccount');
  if (amount === null || !(creates || type.startsWith('transfer'))) return null;
  const to = textOf(info['newAccount']) ?? textOf(info['destination']) ?? '';
  return { kind: 'lamports', from: textOf(info['source']) ?? '', to, amount, creates };
}

function parsedAmount(info: Readonly<Record<string, unknown>>): bigint {
  const direct = amountOf(info['amount']);
  if (direct !== null) return direct;
  const nested = info['tokenAmount'];
  return typeof nested === 'object' && nested !== null && 'amount' in nested
    ? (amountOf(nested.amount) ?? 0n)
    : 0n;
}

function parsedTokenAction({ type, info }: ParsedInstruction): Action | null {
  const text = (name: string): string => textOf(info[name]) ?? '';
  const authority = text('authority') || text('multisigAuthority') || text('owner') || text('multisigOwner');
  switch (type) {
    case 'initializeAccount':
    case 'initializeAccount2':
    case 'initializeAccount3':
      return { kind: 'open', account: text('account'), owner: text('owner') };
    case 'transfer':
    case 'transferChecked':
    case 'transferCheckedWithFee':
      return {
        kind: 'transfer',
        from: text('source'),
        to: text('destination'),
        amount: parsedAmount(info),
        authority,
      };
    case 'mintTo':
    case 'mintToChecked':
      return { kind: 'mint', mint: text('mint'), to: text('account'), amount: parsedAmount(info) };
    case 'burn':
    case 'burnChecked':
      return {
        kind: 'burn',
        mint: text('mint'),
        from: text('account'),
        amount: parsedAmount(info),
        authority,
      };
    case 'closeAccount':
      return { kind: 'close', account: text('account'), to: text('destination'), authority };
    default:
      return null;
  }
}
