import { setTimeout as delay } from 'node:timers/promises';

/** Time, chance and the wire, as the pool meets them. */
export interface Surroundings {
  /** A clock that never steps, ms. */
  readonly monotonicMs: () => number;
  /** @throws the signal's AbortError */
  readonly wait: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
  /** A signal that is aborted after so long. */
  readonly timeout: (ms: number) => AbortSignal;
  readonly fetch: (address: string, request: RequestInit) => Promise<Response>;
  /** Draws from [0, 1). */
  readonly random: () => number;
}

/** Those of production. */
export const realSurroundings: Surroundings = {
  monotonicMs: () => performance.now(),
  wait: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
  timeout: (ms) => AbortSignal.timeout(ms),
  fetch: (address, request) => fetch(address, request),
  random: Math.random,
};
