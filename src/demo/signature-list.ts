/** A transaction of the chain; those of one slot are ordered by the order in which they were added. */
export interface ListedTransaction {
  readonly signature: string;
  readonly slot: number;
  /** Newest slot from which on lists show the row; transaction and block show it at once. */
  readonly listedAtSlot: number;
  readonly addresses: ReadonlySet<string>;
}

/** Which rows of an address are asked for. */
export interface ListQuery {
  readonly limit: number;
  readonly before?: string;
  readonly until?: string;
}

/**
 * Rows of an address, newest first, strictly between `until` and `before`.
 *
 * The two name places in the chain: they need not name the address, nor be indexed yet. An unknown `until` is no bound, as on a real node;
 * an unknown `before` gives nothing.
 *
 * @param known - all transactions the node knows at the asked commitment, in chain order
 * @param newestSlot - newest slot of the node, which decides what is indexed
 */
export function listSignatures<T extends ListedTransaction>(
  known: readonly T[],
  newestSlot: number,
  address: string,
  query: ListQuery,
): T[] {
  const placeOf = (signature: string): number => known.findIndex((row) => row.signature === signature);
  const end = query.before === undefined ? known.length : placeOf(query.before);
  const start = query.until === undefined ? -1 : placeOf(query.until);
  return known
    .slice(start + 1, Math.max(end, 0))
    .filter((row) => row.addresses.has(address) && row.listedAtSlot <= newestSlot)
    .reverse()
    .slice(0, query.limit);
}

/** The same rows with neighbours changed over, as nodes list rows they index out of order. */
export function reordered<T>(rows: readonly T[]): T[] {
  return rows.map((row, place) => rows[place % 2 === 0 ? place + 1 : place - 1] ?? row);
}
