import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeBase58 } from './domain/base58';
import { fieldsOf, malformed, textOf } from './domain/parse-payload';
import { SolanaError } from './domain/solana.errors';
import { bodyNamed, inspect } from './domain/inspection';

/** What the command needs of its surroundings. */
export interface InspectPorts {
  /** The payload of a transaction from the chain; null where it is not found. */
  readonly fetchTransaction: (signature: string) => Promise<unknown>;
  readonly write: (line: string) => void;
  readonly explain: (line: string) => void;
}

interface Question {
  readonly input: string;
  readonly mint: string;
  readonly file: string | null;
  readonly signature: string | null;
}

const USAGE =
  'usage: npm run inspect -- --mint <mint> [--signature <signature>] <signature or file.json> …\n' +
  '       npm run inspect -- --list <file.jsonl>   (lines of {"mint", "file", "signature"})\n' +
  'JSON lines alone: npm run --silent inspect -- …';

class UsageError extends Error {}

function isBytes(text: string, size: number): boolean {
  return decodeBase58(text)?.length === size;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new SolanaError('SOLANA_TRANSACTION_MALFORMED', { missing: [`JSON in ${file}`] }, { cause });
  }
}

function listLines(list: string): readonly string[] {
  try {
    return readFileSync(list, 'utf8').split('\n');
  } catch (cause) {
    throw new UsageError(list === '' ? USAGE : `${list} cannot be read`, { cause });
  }
}

function lineOf(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new UsageError(`${place}: no JSON`, { cause });
  }
}

/** A file as the list names it: from where the command runs, or beside the list. */
function fileNamed(name: string, list: string): string {
  return existsSync(name) ? name : path.resolve(path.dirname(list), name);
}

function listed(list: string): readonly Question[] {
  return listLines(list).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = `${list}, line ${index + 1}`;
    const row = fieldsOf<'mint' | 'file' | 'signature'>(lineOf(line, place));
    const mint = textOf(row?.mint);
    const named = textOf(row?.file);
    const signature = textOf(row?.signature);
    const input = named ?? signature;
    if (mint === null || input === null) throw new UsageError(`${place}: mint, and file or signature`);
    if (!isBytes(mint, 32)) throw new UsageError(`${place}: mint is no address`);
    return [{ input, mint, signature, file: named === null ? null : fileNamed(named, list) }];
  });
}

/** Reads the arguments; options may stand anywhere. */
function questionsOf(args: readonly string[]): readonly Question[] {
  const options = new Map<string, string>();
  const inputs: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (!['--mint', '--signature', '--list'].includes(word)) inputs.push(word);
    else options.set(word, args[++at] ?? '');
  }
  const list = options.get('--list');
  if (list !== undefined) return listed(list);
  const mint = options.get('--mint') ?? '';
  if (!isBytes(mint, 32) || inputs.length === 0) throw new UsageError(USAGE);
  const wanted = options.get('--signature') ?? null;
  return inputs.map((input) => {
    const isSignature = isBytes(input, 64);
    return { input, mint, file: isSignature ? null : input, signature: isSignature ? input : wanted };
  });
}

async function payloadOf({ file, signature }: Question, ports: InspectPorts): Promise<unknown> {
  if (file !== null) return bodyNamed(readJson(file), signature);
  const payload = signature === null ? null : await ports.fetchTransaction(signature);
  if (payload === null || payload === undefined) throw malformed('transaction: not found');
  return payload;
}

/** Answers one question by one line; 0 where it was judged, 2 where it is no transaction, 1 where it could not be had. */
async function answer(question: Question, ports: InspectPorts): Promise<0 | 1 | 2> {
  const { input, mint } = question;
  try {
    ports.write(JSON.stringify({ input, ...inspect(await payloadOf(question, ports), mint) }));
    return 0;
  } catch (err) {
    if (!(err instanceof SolanaError)) throw err;
    ports.write(JSON.stringify({ input, error: err.code, ...err.context }));
    return err.code === 'SOLANA_TRANSACTION_MALFORMED' ? 2 : 1;
  }
}

/**
 * Explains transactions: one JSON line per input, in order.
 *
 * @returns exit code: 0 for any verdict, "none" included; 2 where an input is no transaction, with what it lacks; 1 where
 *   the arguments make no sense or the chain could not be asked
 */
export async function inspectCommand(args: readonly string[], ports: InspectPorts): Promise<number> {
  try {
    const codes: (0 | 1 | 2)[] = [];
    for (const question of questionsOf(args)) codes.push(await answer(question, ports));
    return codes.includes(2) ? 2 : codes.includes(1) ? 1 : 0;
  } catch (err) {
    if (!(err instanceof UsageError)) throw err;
    ports.explain(err.message);
    return 1;
  }
}
