import type { Completeness, PollingMode } from '../../src/settings/domain/settings';
import { creditsOf, PRICE_TABLES } from '../../src/solana/domain/credits';
import type { ProfileName } from './profiles';

/** One row of the result. */
export interface ResultRow {
  readonly policy: 'ours' | 'naive' | 'peer' | 'broken';
  readonly mode: PollingMode | 'WEBHOOK' | 'WEBSOCKET' | 'FIXED';
  readonly completeness: Completeness;
  readonly profile: ProfileName;
  readonly instances: number;
  /** By the newest price list. */
  readonly credits: number;
  /** By the list before it. */
  readonly creditsBefore: number;
  readonly missed: number;
  readonly falseEndings: number;
  readonly phantomResets: number;
  readonly latencyMs: Latency;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Percentiles of times from block to detection. */
export function latencyOf(samples: readonly number[]): Latency {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Credits of calls by the newest list and by the one before it. */
export function pricesOf(calls: ReadonlyMap<string, number>): { credits: number; creditsBefore: number } {
  const [before, newest] = [PRICE_TABLES[0], PRICE_TABLES.at(-1) ?? PRICE_TABLES[0]];
  let [credits, creditsBefore] = [0, 0];
  for (const [method, count] of calls) {
    credits += creditsOf(method, count, newest);
    creditsBefore += creditsOf(method, count, before);
  }
  return { credits, creditsBefore };
}
