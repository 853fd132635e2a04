import type { Detection } from './trade';
import type { Transaction } from './transaction.form';

/**
 * Programs with a swap instruction that does not name the mint, so that a list of the mint lacks some of their swaps.
 * Read from their sources in 2026-07; the others of the table name the mint in every swap.
 */
const NAMELESS_PROGRAMS = new Set([
  '675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8',
  'CAMMCzo5YL8w4VFF8KVHrK22GGUsp5VTaW7grrKgrWqK',
  'whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc',
]);

/** Vaults that must be read beside the mint for all swaps of their pools to be seen; mostly none. */
export function poolsToLearn(transaction: Transaction, detection: Detection): readonly string[] {
  if (detection.trades.length === 0 || detection.pools.length === 0) return [];
  const isNeeded = transaction.instructions.some(({ programId }) => NAMELESS_PROGRAMS.has(programId));
  return isNeeded ? detection.pools : [];
}
