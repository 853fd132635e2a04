import { SolanaError } from './solana.errors';

/** An object from outside whose named fields may hold anything or be absent. */
export type Loose<K extends string> = Readonly<Partial<Record<K, unknown>>>;

/** The fields of an object from outside, or null where the value is no object. */
export function fieldsOf<K extends string>(value: unknown): Loose<K> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose<K>) : null;
}

/** The same, where a value that is no object may count as one without fields. */
export function looseOf<K extends string>(value: unknown): Loose<K> {
  return fieldsOf<K>(value) ?? ({} as Loose<K>);
}

/** The elements of an array from outside, or null where the value is no array. */
export function listOf(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? (value as readonly unknown[]) : null;
}

/** A non-empty string, else null. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** An integer that a double holds exactly, else null. */
export function integerOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

/** Tokens have at most so many digits behind the point: the chain keeps the number in one byte. */
const MOST_DECIMALS = 255;
/** The chain keeps amounts and lamports in eight bytes. */
const MOST_UNITS = 2n ** 64n - 1n;
/** Block times beyond the year 9999 are none. */
const LAST_SECOND = 253_402_300_799;

/** A slot; null where there is none, or no number. @throws SOLANA_TRANSACTION_MALFORMED where no slot can be that */
export function slotOf(value: unknown, path: string): number | null {
  return boundedOf(value, path, Number.MAX_SAFE_INTEGER);
}

/** Epoch seconds; null where there are none. @throws SOLANA_TRANSACTION_MALFORMED where no block time can be that */
export function secondsOf(value: unknown, path: string): number | null {
  return boundedOf(value, path, LAST_SECOND);
}

/** How many digits of an amount stand behind the point; null where that is not told, or cannot be. */
export function decimalsOf(value: unknown): number | null {
  const decimals = integerOf(value);
  return decimals !== null && decimals >= 0 && decimals <= MOST_DECIMALS ? decimals : null;
}

/** Whether the chain can hold so many units, of either sign. */
export function isHoldable(amount: bigint): boolean {
  return amount <= MOST_UNITS && amount >= -MOST_UNITS;
}

/** An exact number of lamports; null where there is none. @throws SOLANA_TRANSACTION_MALFORMED where it cannot be one */
export function lamportsIn(value: unknown, path: string): number | null {
  return boundedOf(value, path, Number.MAX_SAFE_INTEGER);
}

function boundedOf(value: unknown, path: string, most: number): number | null {
  if (typeof value !== 'number') return null;
  if (!Number.isSafeInteger(value) || value < 0 || value > most) throw malformed(path);
  return value;
}

/** A raw amount of the chain: a string of digits (with a sign where one is allowed) or an exact integer, else null. */
export function amountOf(value: unknown): bigint | null {
  if (typeof value === 'string') return /^-?\d{1,40}$/.test(value) ? BigInt(value) : null;
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : null;
}

/**
 * The refusal of a payload that is no transaction.
 *
 * @param missing - paths of what is absent or has the wrong type, in the words of the RPC
 */
export function malformed(...missing: string[]): SolanaError {
  return new SolanaError('SOLANA_TRANSACTION_MALFORMED', { missing });
}
