import type { TradeFilter } from '../history/domain/filters';
import { badInput } from '../platform/public-error';
import type { FieldProblem } from '../platform/public-error';
import { decodeBase58 } from '../solana/domain/base58';
import { isDecimal } from '../timer/domain/decimal';

/** What an export is asked for. */
export interface TradeQuery {
  readonly timerId: string;
  readonly filter: TradeFilter;
}

type Reader = (text: string) => { readonly value: unknown } | { readonly problem: string };

const LARGEST_MS = 253_402_300_799_999;
const LARGEST_ROUND = 2 ** 31 - 1;

/** Parameters, by the names of GraphQL's `TradeFilter`, with the field of our filter they go into. */
const READERS: Readonly<Record<string, readonly [keyof TradeFilter | 'timerId', Reader]>> = {
  timerId: ['timerId', matching(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must match ^[a-z0-9][a-z0-9-]{0,62}$')],
  from: ['fromMs', integer(0, LARGEST_MS)],
  to: ['toMs', integer(0, LARGEST_MS)],
  side: ['side', oneOf('BUY', 'SELL')],
  trader: ['trader', publicKey],
  program: ['program', matching(/^[^\0]{1,64}$/, 'must have 1 to 64 characters')],
  minAmount: ['minAmount', decimal],
  maxAmount: ['maxAmount', decimal],
  source: ['source', oneOf('POLLING', 'WEBHOOK', 'WEBSOCKET', 'BACKFILL')],
  movedDeadline: ['movedDeadline', (text) => flag(text)],
  round: ['round', integer(1, LARGEST_ROUND)],
};

/**
 * Reads the query parameters of an export: each at most once, and none that is unknown, since a misspelt filter would
 * export everything.
 *
 * @param names - which of them may be given
 * @throws PublicError BAD_USER_INPUT with all problems at once
 */
export function readTradeQuery(
  query: Readonly<Record<string, unknown>>,
  names: readonly string[] = Object.keys(READERS),
): TradeQuery {
  const problems: FieldProblem[] = [];
  const values = new Map<string, unknown>();
  for (const [path, given] of Object.entries(query)) {
    const known = names.includes(path) ? READERS[path] : undefined;
    const reading = known === undefined ? { problem: 'is not known' } : read(known[1], given);
    if ('problem' in reading) problems.push({ path, message: reading.problem });
    else if (known !== undefined) values.set(known[0], reading.value);
  }
  if (problems.length > 0) throw badInput(problems);
  const { timerId = 'global', ...filter } = Object.fromEntries(values) as TradeFilter & { timerId?: string };
  return { timerId, filter };
}

function read(reader: Reader, given: unknown): ReturnType<Reader> {
  return typeof given === 'string' ? reader(given) : { problem: 'must be given once' };
}

function matching(pattern: RegExp, problem: string): Reader {
  return (text) => (pattern.test(text) ? { value: text } : { problem });
}

function oneOf(...choices: readonly string[]): Reader {
  return (text) =>
    choices.includes(text) ? { value: text } : { problem: `must be one of ${choices.join(', ')}` };
}

function integer(min: number, max: number): Reader {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? { value } : { problem: `must be an integer from ${min} to ${max}` };
  };
}

function flag(text: string): ReturnType<Reader> {
  return text === 'true' || text === 'false'
    ? { value: text === 'true' }
    : { problem: 'must be true or false' };
}

function decimal(text: string): ReturnType<Reader> {
  return isDecimal(text) && text.length <= 60
    ? { value: text }
    : { problem: 'must be a decimal of at most 60 characters' };
}

function publicKey(text: string): ReturnType<Reader> {
  const isKey = text.length <= 44 && decodeBase58(text)?.length === 32;
  return isKey ? { value: text } : { problem: 'must be base58 text that decodes to 32 bytes' };
}
