import { HistoryError } from '../history.errors';

/** The lists that are paged; a cursor of one is refused by the others. */
export type CursorKind = 'trade' | 'event' | 'round';

/** A row's place in its list: the values of its sort key, most significant first. */
export type SortKey = readonly (number | string)[];

type Part = 'int4' | 'int8' | 'ms' | 'text';

/** Last millisecond of the year 9999; later instants are not used anywhere. */
export const MAX_EPOCH_MS = 253_402_300_799_999;

const MAX_INT4 = 2_147_483_647;
const MAX_CURSOR_LENGTH = 400;

const PARTS: Readonly<Record<CursorKind, readonly Part[]>> = {
  trade: ['ms', 'int8', 'text', 'int4'],
  event: ['ms', 'int4', 'int8', 'int4'],
  round: ['int4'],
};

/** Writes a place as an opaque text. */
export function encodeCursor(kind: CursorKind, key: SortKey): string {
  return Buffer.from(JSON.stringify([kind, ...key])).toString('base64url');
}

/**
 * Reads a place back.
 *
 * @throws HistoryError `HISTORY_CURSOR_INVALID` for anything that {@link encodeCursor} does not write for this list
 */
export function decodeCursor(kind: CursorKind, text: string): SortKey {
  const [readKind, ...key] = parse(text);
  const parts = PARTS[kind];
  if (readKind !== kind || key.length !== parts.length) throw invalid();
  return key.map((value, at) => checked(parts[at], value));
}

function parse(text: string): unknown[] {
  if (text.length > MAX_CURSOR_LENGTH || !/^[\w-]+$/.test(text)) throw invalid();
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(value)) return value;
  } catch (cause) {
    throw invalid(cause);
  }
  throw invalid();
}

function checked(part: Part | undefined, value: unknown): number | string {
  if (part === 'text') {
    if (typeof value === 'string' && /^[!-~]{1,100}$/.test(value)) return value;
    throw invalid();
  }
  const largest = part === 'ms' ? MAX_EPOCH_MS : part === 'int4' ? MAX_INT4 : Number.MAX_SAFE_INTEGER;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= largest)
    return value;
  throw invalid();
}

function invalid(cause?: unknown): HistoryError {
  return new HistoryError('HISTORY_CURSOR_INVALID', {}, { cause });
}
