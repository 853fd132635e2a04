import { bucketRange, startsIn } from '../history/domain/buckets';
import type { BucketSize } from '../history/domain/buckets';
import { DEFAULT_PAGE_SIZE } from '../history/domain/page';

/** Most rows of history that one operation may ask for, over all of its fields and aliases together. */
export const MAX_ROWS = 2_000;

/** How often one operation may ask for history: each time is a question to Postgres. */
export const MAX_HISTORY_FIELDS = 8;

/** Arguments of a field, coerced. */
export type Arguments = Readonly<Record<string, unknown>>;

/** How many rows of history a field costs; stands in its extension `rows`. */
export type RowsOf = (given: Arguments) => number;

/** Rows of a page; one that is not well-formed is refused by its field and costs nothing here. */
export const pageRows: RowsOf = ({ first, last }) => {
  const size = first ?? last ?? DEFAULT_PAGE_SIZE;
  return typeof size === 'number' && size > 0 ? size : 1;
};

/** A bucket costs Postgres about a third of a row of a page, and all buckets that one answer may have must pass. */
export const bucketRows: RowsOf = ({ bucket, from, to }) => {
  if (!isBucketSize(bucket) || typeof from !== 'number' || typeof to !== 'number') return 1;
  try {
    return Math.ceil(startsIn(bucketRange(bucket, from, to)).length / 3);
  } catch {
    // the field says what is wrong with it
    return 1;
  }
};

/** What statistics cost. */
export const statsRows: RowsOf = () => 400;

function isBucketSize(value: unknown): value is BucketSize {
  return value === 'MINUTE' || value === 'FIVE_MINUTES' || value === 'HOUR' || value === 'DAY';
}
