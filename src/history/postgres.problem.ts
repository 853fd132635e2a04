/** SQLSTATE classes that say something about the rows: data exception, constraint violation, program limit exceeded. */
const ROW_ERROR_CLASSES = new Set(['22', '23', '54']);

/**
 * Whether Postgres refused the rows themselves; all other errors (connection, shutdown, deadlock, time limit) may be
 * gone when the same statement is tried again.
 */
export function isRowError(err: unknown): boolean {
  if (typeof err !== 'object' || err === null) return false;
  const code = 'code' in err ? err.code : undefined;
  // SQLSTATEs have five characters; codes of the operating system, like EPIPE, are told apart by their class
  if (typeof code === 'string' && code.length === 5) return ROW_ERROR_CLASSES.has(code.slice(0, 2));
  return 'driverError' in err && isRowError(err.driverError);
}

/** Whether a row lies in a month that has no partition. */
export function isPartitionMissing(err: unknown): boolean {
  return err instanceof Error && err.message.startsWith('no partition of relation');
}

/** Whether Postgres gave the statement up: its time limit, or somebody cancelled it. */
export function isCancelled(err: unknown): boolean {
  if (typeof err !== 'object' || err === null) return false;
  if ('code' in err && err.code === '57014') return true;
  return 'driverError' in err && isCancelled(err.driverError);
}

/** Whether a statement took longer than it may, as the server or, where that says nothing, the driver tells. */
export function isTooSlow(err: unknown): boolean {
  return isCancelled(err) || (err instanceof Error && err.message === 'Query read timeout');
}
