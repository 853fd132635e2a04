import { HistoryError } from '../history.errors';

/** Rows of a page when nothing is asked. */
export const DEFAULT_PAGE_SIZE = 50;
/** Most rows of a page. */
export const MAX_PAGE_SIZE = 500;

/** What a client asks for, as in the Relay cursor connection specification; null is the same as absent. */
export interface PageRequest {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** One row with the cursor that stands for its place. */
export interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

/** A page of a list that is newest first. */
export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    /** Null where the page is empty. */
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** How a page is read: from which end, and how many rows. */
export interface PagePlan {
  /** FORWARD: from the newest on; BACKWARD: from the oldest on, to be turned round. */
  readonly direction: 'FORWARD' | 'BACKWARD';
  readonly size: number;
  readonly after: string | null;
  readonly before: string | null;
}

/**
 * Decides how a page is read. Without `first` and `last` a page has 50 rows: the last ones when only `before` is
 * given, else the first.
 *
 * @throws HistoryError `HISTORY_PAGE_INVALID` when a size is not from 0 to 500, or both sizes are given
 */
export function planPage(page: PageRequest): PagePlan {
  const { first = null, after = null, last = null, before = null } = page;
  if (first !== null && last !== null) throw invalid('last', 'first and last exclude each other');
  if (first !== null) return { direction: 'FORWARD', size: checkedSize('first', first), after, before };
  if (last !== null) return { direction: 'BACKWARD', size: checkedSize('last', last), after, before };
  const isBefore = before !== null && after === null;
  return { direction: isBefore ? 'BACKWARD' : 'FORWARD', size: DEFAULT_PAGE_SIZE, after, before };
}

function checkedSize(field: string, size: number): number {
  if (Number.isInteger(size) && size >= 0 && size <= MAX_PAGE_SIZE) return size;
  throw invalid(field, `must be from 0 to ${MAX_PAGE_SIZE}`);
}

function invalid(field: string, problem: string): HistoryError {
  return new HistoryError('HISTORY_PAGE_INVALID', { field, problem });
}

/**
 * Makes the page of what was read.
 *
 * @param edges - rows in the direction of the plan, with one more than its size where there are more
 */
export function connect<Node>(plan: PagePlan, edges: readonly Edge<Node>[]): Connection<Node> {
  const hasMore = edges.length > plan.size;
  const kept = edges.slice(0, plan.size);
  const isForward = plan.direction === 'FORWARD';
  if (!isForward) kept.reverse();
  return {
    edges: kept,
    pageInfo: {
      // rows are never removed, so the row of a given cursor itself lies on the other side
      hasNextPage: isForward ? hasMore || plan.before !== null : plan.before !== null,
      hasPreviousPage: isForward ? plan.after !== null : hasMore || plan.after !== null,
      startCursor: kept[0]?.cursor ?? null,
      endCursor: kept.at(-1)?.cursor ?? null,
    },
  };
}
