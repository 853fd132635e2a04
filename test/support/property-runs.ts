import type { Parameters } from 'fast-check';

/**
 * How often a property runs, and with which seed: `PROPERTY_RUNS`, `PROPERTY_SEED` and `PROPERTY_PATH` play a run
 * again, as the report of a failure names them.
 *
 * @param runs - how often where nobody says anything
 */
export function propertyRuns<T>(runs: number): Parameters<T> & { readonly numRuns: number } {
  const { PROPERTY_RUNS, PROPERTY_SEED, PROPERTY_PATH } = process.env;
  return {
    includeErrorInReport: true,
    numRuns: PROPERTY_RUNS === undefined ? runs : Number(PROPERTY_RUNS),
    ...(PROPERTY_SEED === undefined ? {} : { seed: Number(PROPERTY_SEED) }),
    ...(PROPERTY_PATH === undefined ? {} : { path: PROPERTY_PATH, endOnFailure: true }),
  };
}
