import { IndexedInstruction, NamedInstruction } from './instruction';
import type { Place } from './instruction';
import {
  fieldsOf,
  integerOf,
  listOf,
  looseOf,
  lamportsIn,
  malformed,
  secondsOf,
  slotOf,
  textOf,
} from './parse-payload';
import type { Loose } from './parse-payload';
import { readTokenBalances } from './token-balances';
import type { AccountKeys, Instruction, ParsedInstruction, Transaction } from './transaction.form';
import { readWire } from './wire';

type Envelope = 'transaction' | 'meta' | 'slot' | 'blockTime' | 'signature';
type Meta =
  | 'err'
  | 'fee'
  | 'preBalances'
  | 'postBalances'
  | 'preTokenBalances'
  | 'postTokenBalances'
  | 'innerInstructions'
  | 'loadedAddresses';

/** What the message of a transaction says, whatever its encoding. */
interface Message {
  readonly form: 'json' | 'jsonParsed' | 'base64';
  readonly signature: string;
  readonly signers: readonly string[];
  readonly keys: AccountKeys;
  readonly outer: readonly Instruction[];
}

function strings(value: unknown, path: string): readonly string[] {
  const items = listOf(value) ?? [];
  for (const item of items) if (textOf(item) === null) throw malformed(path);
  return items as readonly string[];
}

function loadedAddresses(value: unknown): readonly string[] {
  const loaded = looseOf<'writable' | 'readonly'>(value);
  const path = 'meta.loadedAddresses';
  return [...strings(loaded.writable, path), ...strings(loaded.readonly, path)];
}

function readInstruction(value: unknown, place: Place, keys: AccountKeys): Instruction {
  const raw = looseOf<'programIdIndex' | 'programId' | 'accounts' | 'data' | 'parsed'>(value);
  const path = place.depth === 1 ? 'transaction.message.instructions' : 'meta.innerInstructions';
  const data = typeof raw.data === 'string' ? raw.data : '';
  const programIndex = integerOf(raw.programIdIndex);
  if (programIndex !== null) {
    const programId = keys.at(programIndex);
    const indexes = listOf(raw.accounts);
    if (programId === undefined) throw malformed(`${path}.programIdIndex`);
    if (indexes === null) throw malformed(`${path}.accounts`);
    return new IndexedInstruction(place, programId, keys, indexes, data);
  }
  const programId = textOf(raw.programId);
  if (programId === null) throw malformed(`${path}.programId`);
  return new NamedInstruction(place, programId, strings(raw.accounts, path), data, readParsed(raw.parsed));
}

function readParsed(value: unknown): ParsedInstruction | null {
  const parsed = looseOf<'type' | 'info'>(value);
  const type = textOf(parsed.type);
  const info = fieldsOf<string>(parsed.info);
  return type === null || info === null ? null : { type, info };
}

function readBase64(text: string, loaded: readonly string[]): Message {
  const wire = readWire(text);
  const keys = wire.staticKeys.with(loaded);
  const outer = wire.instructions.map(({ programIndex, accountIndexes, data }, outerIndex) => {
    const programId = keys.at(programIndex);
    if (programId === undefined) throw malformed('meta.loadedAddresses');
    return new IndexedInstruction({ outerIndex, depth: 1 }, programId, keys, accountIndexes, data);
  });
  const signers = Array.from({ length: wire.signerCount }, (_, index) => keys.at(index) ?? '');
  return { form: 'base64', signature: wire.signature, signers, keys, outer };
}

interface KeyList {
  readonly keys: readonly string[];
  readonly signers: readonly string[];
  readonly isParsed: boolean;
}

/** Reads `accountKeys`: plain addresses (`json`), or objects that tell who signs (`jsonParsed`). */
function readKeys(value: unknown, signerCount: number, loaded: readonly string[]): KeyList {
  const rows = listOf(value);
  if (rows === null || rows.length === 0) throw malformed('transaction.message.accountKeys');
  if (typeof rows[0] === 'string') {
    const own = strings(rows, 'transaction.message.accountKeys');
    return {
      keys: loaded.length > 0 ? [...own, ...loaded] : own,
      signers: own.slice(0, signerCount),
      isParsed: false,
    };
  }
  const keys: string[] = [];
  const signers: string[] = [];
  for (const row of rows) {
    const key = looseOf<'pubkey' | 'signer'>(row);
    const address = textOf(key.pubkey);
    if (address === null) throw malformed('transaction.message.accountKeys.pubkey');
    keys.push(address);
    if (key.signer === true) signers.push(address);
  }
  return { keys, signers, isParsed: true };
}

function readObject(value: unknown, loaded: readonly string[]): Message {
  const raw = looseOf<'message' | 'signatures'>(value);
  const message = fieldsOf<'accountKeys' | 'instructions' | 'header'>(raw.message);
  if (message === null) throw malformed('transaction.message');
  const signatures = listOf(raw.signatures);
  const signature = textOf(signatures?.[0]);
  if (signatures === null || signature === null) throw malformed('transaction.signatures');
  const { keys, signers, isParsed } = readKeys(message.accountKeys, signatures.length, loaded);
  const outer = listOf(message.instructions)?.map((instruction, outerIndex) =>
    readInstruction(instruction, { outerIndex, depth: 1 }, keys),
  );
  if (outer === undefined) throw malformed('transaction.message.instructions');
  return { form: isParsed ? 'jsonParsed' : 'json', signature, signers, keys, outer };
}

function readMessage(transaction: unknown, loaded: readonly string[]): Message {
  const encoded = listOf(transaction);
  if (encoded === null) return readObject(transaction, loaded);
  const text = textOf(encoded[0]);
  if (text === null || encoded[1] !== 'base64') throw malformed('transaction: base64');
  return readBase64(text, loaded);
}

/** Reads the inner instructions of one outer instruction into a list. */
function readInner(
  rows: readonly unknown[],
  outerIndex: number,
  keys: AccountKeys,
  into: Instruction[],
): void {
  for (const row of rows) {
    const depth = integerOf(looseOf<'stackHeight'>(row).stackHeight) ?? 2;
    into.push(readInstruction(row, { outerIndex, depth: Math.max(depth, 2) }, keys));
  }
}

/** Puts the inner instructions behind their outer one. */
function inOrder(outer: readonly Instruction[], value: unknown, keys: AccountKeys): readonly Instruction[] {
  const groups = new Map<number, (readonly unknown[])[]>();
  for (const item of listOf(value) ?? []) {
    const group = looseOf<'index' | 'instructions'>(item);
    const outerIndex = integerOf(group.index);
    const rows = listOf(group.instructions);
    if (outerIndex === null || rows === null) throw malformed('meta.innerInstructions');
    const known = groups.get(outerIndex);
    if (known === undefined) groups.set(outerIndex, [rows]);
    else known.push(rows);
  }
  const all: Instruction[] = [];
  outer.forEach((instruction, outerIndex) => {
    all.push(instruction);
    for (const rows of groups.get(outerIndex) ?? []) readInner(rows, outerIndex, keys, all);
  });
  return all;
}

function lamportsOf(value: unknown, path: string): readonly number[] {
  const rows = listOf(value);
  // beyond 2^53 a number is no longer exact, but still a balance
  if (!rows?.every((row) => typeof row === 'number' && row >= 0 && row < 2 ** 64)) throw malformed(path);
  return rows as readonly number[];
}

/** The parts without which nothing can be judged. */
function required(envelope: Loose<Envelope>): { transaction: unknown; meta: Loose<Meta> } {
  const transaction = envelope.transaction ?? null;
  const meta = fieldsOf<Meta>(envelope.meta);
  const missing = transaction === null ? ['transaction'] : [];
  if (meta === null) throw malformed(...missing, 'meta');
  for (const name of ['preTokenBalances', 'postTokenBalances'] as const) {
    if (meta[name] === undefined) missing.push(`meta.${name}`);
  }
  if (missing.length > 0) throw malformed(...missing);
  return { transaction, meta };
}

/**
 * Reads the result of `getTransaction` (`json`, `jsonParsed` or `base64`), an element of a block, or a raw webhook.
 *
 * @throws SOLANA_TRANSACTION_MALFORMED with the paths of what is missing
 */
export function readRpc(payload: unknown): Transaction {
  const envelope = looseOf<Envelope>(payload);
  const { transaction, meta } = required(envelope);
  const message = readMessage(transaction, loadedAddresses(meta.loadedAddresses));
  const preLamports = lamportsOf(meta.preBalances, 'meta.preBalances');
  const postLamports = lamportsOf(meta.postBalances, 'meta.postBalances');
  const instructions = inOrder(message.outer, meta.innerInstructions, message.keys);
  const feePayer = message.keys.at(0);
  if (feePayer === undefined) throw malformed('transaction.message.accountKeys');
  return {
    form: message.form,
    signature: message.signature,
    slot: slotOf(envelope.slot, 'slot'),
    blockTimeSec: secondsOf(envelope.blockTime, 'blockTime'),
    failed: (meta.err ?? null) !== null,
    feePayer,
    feeLamports: BigInt(lamportsIn(meta.fee, 'meta.fee') ?? 0),
    signers: message.signers,
    accountKeys: message.keys,
    preLamports,
    lamportChanges: postLamports.map((post, index) => post - (preLamports[index] ?? 0)),
    tokenBalances: readTokenBalances(
      meta.preTokenBalances,
      meta.postTokenBalances,
      message.keys,
      instructions,
    ),
    instructions,
    hasBalances: true,
  };
}
