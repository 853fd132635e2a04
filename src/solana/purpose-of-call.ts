import { AsyncLocalStorage } from 'node:async_hooks';

/** Why the chain, or its provider, is asked. */
export const CALL_PURPOSES = [
  'look',
  'settle',
  'fetch',
  'order',
  'backfill',
  'webhook',
  'inspect',
  'other',
] as const;
/** One of `CALL_PURPOSES`. */
export type CallPurpose = (typeof CALL_PURPOSES)[number];

const purposes = new AsyncLocalStorage<CallPurpose>();

/** Runs work whose calls are counted for a purpose; work inside it may have another. */
export function purposeIs<T>(purpose: CallPurpose, work: () => T): T {
  return purposes.run(purpose, work);
}

/** The purpose of the work that runs now. */
export function presentPurpose(): CallPurpose {
  return purposes.getStore() ?? 'other';
}
