import type { Observed } from '../chain-observer';

/** Reads what ObservedStore wrote; null for anything else. */
export function readObserved(text: string | null): Observed | null {
  if (text === null) return null;
  const value = JSON.parse(text) as Partial<Observed> | null;
  return typeof value?.pending === 'number' && typeof value.failures === 'number'
    ? ({ endpoints: [], pushes: [], lookAgeMs: null, lateMs: 0, ...value } as Observed)
    : null;
}
