import type { ResetRules } from '../timer/domain/timer';
import type { WalkProgress } from '../solana/domain/backfill';
import type { PastAct } from './domain/backfill-place';

/** A timer as far as filling its history is concerned. */
export interface BackfillTimer {
  readonly id: string;
  readonly mint: string;
  /** The mint and the pools beside it. */
  readonly addresses: readonly string[];
  /** End of its last round, epoch ms: what is younger belongs to the reader. */
  readonly untilMs: number;
  readonly createdAtMs: number;
  readonly rules: ResetRules;
  /** The state as it is kept. */
  readonly state: unknown;
}

interface KeptState {
  readonly isDeleted?: boolean;
  readonly createdAtMs: number;
  readonly pools: readonly string[];
  readonly base: { readonly lastEndMs: number };
  readonly current: { readonly tokenAddress: string; readonly rules: ResetRules };
}

/** Reads a row of `timers`; null for a deleted one. */
export function readBackfillTimer(row: unknown): BackfillTimer | null {
  const { id, state } = row as { id: string; state: KeptState };
  if (state.isDeleted === true) return null;
  const { tokenAddress: mint, rules } = state.current;
  const addresses = [...new Set([mint, ...state.pools])];
  const { createdAtMs } = state;
  return { id, mint, addresses, untilMs: state.base.lastEndMs, createdAtMs, rules, state };
}

/** Reads a row of `acts`. */
export function readPastAct(row: unknown): PastAct {
  const { type, at_ms, act } = row as {
    type: string;
    at_ms: string;
    act: { change?: { rules?: ResetRules; tokenAddress?: string } };
  };
  const { rules = null, tokenAddress = null } = act.change ?? {};
  return { type, atMs: Number(at_ms), rules, tokenAddress };
}

/** Reads a row of `backfills`. */
export function readWalkProgress(row: unknown): WalkProgress {
  const kept = row as Record<'listed' | 'fetched' | 'trades' | 'missing', string> & {
    before_signature: string | null;
    reached_ms: string | null;
    is_done: boolean;
  };
  return {
    beforeSignature: kept.before_signature,
    reachedMs: kept.reached_ms === null ? null : Number(kept.reached_ms),
    listed: Number(kept.listed),
    fetched: Number(kept.fetched),
    trades: Number(kept.trades),
    missing: Number(kept.missing),
    isDone: kept.is_done,
  };
}
