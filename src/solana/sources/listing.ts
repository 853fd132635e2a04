import type { Cursor } from '../../timer/domain/timer.events';
import type { ChainReader, ListQuery, SignatureRow } from '../chain-reader';
import { isProven, newestFirst, reachesOverlap } from './proof';
import type { Listed } from './proof';

/** So many rows nodes give in one page, at most. */
export const PAGE_ROWS = 1_000;
/** More rows are not held at once: half a minute of all that the whole cluster can do. */
export const MAX_ROWS = 200_000;
/** 5,000,000 rows; a list that does not end there is given up. */
const MAX_PAGES = 5_000;

/** Whoever gives pages of lists. */
export type RowLister = Pick<ChainReader, 'signatures'>;

/** What was listed of one address. */
export interface Listing {
  /** Newest first, each signature once. */
  readonly rows: readonly SignatureRow[];
  /** Whether nothing is missing below the newest of `rows`. */
  readonly isProven: boolean;
  /** True where there are newer rows, left out for their number. */
  readonly isCapped: boolean;
}

/** How an address is listed. */
export interface ListAsk {
  readonly commitment: ListQuery['commitment'];
  readonly minContextSlot: number;
  /** Rows of a full page; default: as many as nodes give. */
  readonly pageRows?: number;
  /** How many rows the first page asks for, up to a full page: what suffices, most times. */
  readonly firstPageRows?: number;
  /** How many rows are held at once; beyond, the newest are left out. */
  readonly mostRows?: number;
  /** List on until this is true of the oldest row, too. */
  readonly isDeepEnough?: (oldest: SignatureRow) => boolean;
  readonly signal: AbortSignal;
}

/** Lists an address from its newest row back until the anchor and the overlap behind it are listed. */
export async function listToAnchor(reader: RowLister, anchor: Cursor, ask: ListAsk): Promise<Listing> {
  const isDeepEnough = ask.isDeepEnough ?? (() => true);
  const listed = await listUntil(reader, anchor.address, ask, (soFar) => {
    const oldest = soFar.rows.at(-1);
    return oldest !== undefined && reachesOverlap(soFar, anchor) && isDeepEnough(oldest);
  });
  const { rows, isCapped, isGivenUp } = listed;
  return { rows: newestFirst(rows), isProven: !isGivenUp && isProven(listed, anchor), isCapped };
}

/**
 * Lists an address from its newest row back until a row is not younger than `sinceSec`, or the list is whole.
 *
 * @returns proven in both cases: there is no anchor yet
 */
export async function listSince(
  reader: RowLister,
  address: string,
  sinceSec: number,
  ask: ListAsk,
): Promise<Listing> {
  const isOld = (row: SignatureRow | undefined): boolean =>
    (row?.blockTimeSec ?? Number.POSITIVE_INFINITY) <= sinceSec;
  const { rows, isCapped, isGivenUp } = await listUntil(reader, address, ask, (soFar) =>
    isOld(soFar.rows.at(-1)),
  );
  return { rows: newestFirst(rows), isProven: !isGivenUp, isCapped };
}

async function listUntil(
  reader: RowLister,
  address: string,
  ask: ListAsk,
  isEnough: (soFar: Listed) => boolean,
): Promise<Listed & { readonly isCapped: boolean; readonly isGivenUp: boolean }> {
  const { minContextSlot, signal, pageRows = PAGE_ROWS } = ask;
  const rows = new Map<string, SignatureRow>();
  let before: SignatureRow | undefined;
  let isCapped = false;
  for (let page = 0; page < MAX_PAGES; page++) {
    const limit = page === 0 ? Math.min(pageRows, ask.firstPageRows ?? pageRows) : pageRows;
    const answer = await reader.signatures(address, pageQuery(ask, limit, before), signal);
    const isNew = answer.some(({ signature }) => !rows.has(signature));
    for (const row of answer) rows.set(row.signature, row);
    isCapped = dropNewest(rows, ask.mostRows ?? MAX_ROWS) || isCapped;
    // each page begins with the last row of the one before: none at all is the answer of a node that lacks the row asked
    const isCut = before !== undefined && answer.length === 0;
    before = answer.at(-2) ?? answer.at(-1);
    const isWhole = !isCut && (answer.length < limit || !isNew);
    if (isCut || isWhole || isEnough({ rows: answer, isWhole, minContextSlot }))
      return { rows: [...rows.values()], isWhole, minContextSlot, isCapped, isGivenUp: isCut };
  }
  return { rows: [...rows.values()], isWhole: false, minContextSlot, isCapped, isGivenUp: true };
}

/** Asks for the page below a row. A node that has not reached that row would take it for unknown, and give none below it. */
function pageQuery(
  { commitment, minContextSlot }: ListAsk,
  limit: number,
  before: SignatureRow | undefined,
): ListQuery {
  if (before === undefined) return { limit, commitment, minContextSlot };
  const reachedSlot = Math.max(minContextSlot, before.slot);
  return { limit, commitment, minContextSlot: reachedSlot, before: before.signature };
}

/** The oldest rows are dealt with first: of a list that is too long to be held the newest are left to the next look. */
function dropNewest(rows: Map<string, SignatureRow>, most: number): boolean {
  const isTooLong = rows.size > most;
  for (const signature of rows.keys()) {
    if (rows.size <= most) break;
    rows.delete(signature);
  }
  return isTooLong;
}
