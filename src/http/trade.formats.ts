import type { LogLine, StoredTrade } from '../history/history.service';
import { tradePicture } from '../timer/domain/picture';
import type { TradePicture } from '../timer/domain/picture';

/** How items are written into an export. */
export interface LineFormat<Item> {
  readonly contentType: string;
  /** What stands before the first item. */
  readonly head: string;
  readonly line: (item: Item) => string;
}

/** Columns of the CSV, in order; the same names as in GraphQL. */
const COLUMNS = [
  ...([
    'id',
    'timerId',
    'signature',
    'index',
    'slot',
    'blockTime',
    'detectedAt',
    'side',
    'amount',
    'trader',
  ] as const),
  ...(['quoteMint', 'quoteAmount', 'price', 'program', 'source', 'round', 'movedDeadline'] as const),
] satisfies readonly (keyof TradePicture)[];

/** Comma separated values by RFC 4180, with a header; null is an empty field. */
export const CSV: LineFormat<StoredTrade> = {
  contentType: 'text/csv; charset=utf-8; header=present',
  head: `${COLUMNS.join(',')}\r\n`,
  line: (trade) => {
    const picture = tradePicture(trade.timerId, trade);
    return `${COLUMNS.map((column) => cell(picture[column])).join(',')}\r\n`;
  },
};

/** One JSON object a line, with the fields of GraphQL's `Trade`. */
export const NDJSON: LineFormat<StoredTrade> = {
  contentType: 'application/x-ndjson; charset=utf-8',
  head: '',
  line: (trade) => `${JSON.stringify(tradePicture(trade.timerId, trade))}\n`,
};

/** A timer's whole log, one JSON object a line. */
export const LOG: LineFormat<LogLine> = {
  contentType: 'application/x-ndjson; charset=utf-8',
  head: '',
  line: (line) => `${JSON.stringify(line)}\n`,
};

/**
 * One field. Spreadsheets take a text that begins with one of `= + - @`, a tab or a line end for a formula, so an
 * apostrophe is put before it; our numbers never begin so.
 */
export function cell(value: string | number | boolean | null): string {
  if (value === null) return '';
  const text = String(value);
  const isFormula = typeof value === 'string' && /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
