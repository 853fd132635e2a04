import type { Conditions } from './conditions';
import { decodeCursor, encodeCursor } from './domain/cursor';
import type { CursorKind, SortKey } from './domain/cursor';
import { connect, planPage } from './domain/page';
import type { Connection, PageRequest } from './domain/page';

/** One list that is paged newest first by a key that never changes. */
export interface PagedList<Row, Node> {
  readonly kind: CursorKind;
  /** Everything up to `where`. */
  readonly select: string;
  /** Columns of the sort key, most significant first. */
  readonly key: readonly string[];
  /** Whether the first of them is the instant by which the table is partitioned. */
  readonly isByTime: boolean;
  readonly keyOf: (row: Row) => SortKey;
  readonly nodeOf: (row: Row) => Node;
}

/** Runs one statement. */
export type Query<Row> = (sql: string, parameters: readonly unknown[]) => Promise<readonly Row[]>;

/**
 * Reads one page with one statement, from its first row on and never with an offset, so that rows which are added
 * meanwhile neither repeat nor hide others.
 *
 * @throws HistoryError `HISTORY_PAGE_INVALID`, `HISTORY_CURSOR_INVALID`, and whatever `query` throws
 */
export async function readPage<Row, Node>(
  list: PagedList<Row, Node>,
  conditions: Conditions,
  page: PageRequest,
  query: Query<Row>,
): Promise<Connection<Node>> {
  const plan = planPage(page);
  const place = (cursor: string | null): SortKey | null => (cursor === null ? null : keyIn(list, cursor));
  conditions.addPlace(list, '<', place(plan.after));
  conditions.addPlace(list, '>', place(plan.before));
  const order = plan.direction === 'FORWARD' ? 'desc' : 'asc';
  const sql = `${list.select} where ${conditions.toSql()}
    order by ${list.key.map((column) => `${column} ${order}`).join(', ')} limit ${plan.size + 1}`;
  const rows = await query(sql, conditions.parameters);
  const edges = rows.map((row) => ({
    cursor: encodeCursor(list.kind, list.keyOf(row)),
    node: list.nodeOf(row),
  }));
  return connect(plan, edges);
}

function keyIn<Row, Node>({ kind, isByTime }: PagedList<Row, Node>, cursor: string): SortKey {
  const [first = 0, ...rest] = decodeCursor(kind, cursor);
  return isByTime ? [new Date(first).toISOString(), ...rest] : [first, ...rest];
}
