import fc from 'fast-check';
import type { Parameters } from 'fast-check';

const { PROPERTY_RUNS, PROPERTY_SECONDS, PROPERTY_SEED, PROPERTY_PATH } = process.env;

/** So long each property of a suite is tried, ms; after that it is as good as its runs so far, and a failure is shrunk no further. */
const LIMIT_MS = Number(PROPERTY_SECONDS ?? (PROPERTY_RUNS === undefined ? 15 : 600)) * 1000;

fc.installGlobalPlugin(fc.interruptAfterTimeLimit(LIMIT_MS));

/** Time-out of a test with one property, ms: never before the report of a failure. */
export const PROPERTY_TIMEOUT_MS = LIMIT_MS + 75_000;

/**
 * How often a property runs, and with which seed: `PROPERTY_RUNS`, `PROPERTY_SECONDS`, `PROPERTY_SEED` and
 * `PROPERTY_PATH` play a run again, as the report of a failure names them.
 *
 * @param runs - how often where nobody says anything
 */
export function propertyRuns<T>(runs: number): Parameters<T> & { readonly numRuns: number } {
  return {
    includeErrorInReport: true,
    numRuns: PROPERTY_RUNS === undefined ? runs : Number(PROPERTY_RUNS),
    ...(PROPERTY_SEED === undefined ? {} : { seed: Number(PROPERTY_SEED) }),
    ...(PROPERTY_PATH === undefined ? {} : { path: PROPERTY_PATH, endOnFailure: true }),
  };
}
