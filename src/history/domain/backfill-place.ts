import { isCounting } from '../../timer/domain/fold';
import type { ResetRules } from '../../timer/domain/timer';
import type { Trade } from '../../timer/domain/trade';

/** A round that has ended, as it was recorded. */
export interface EndedRound {
  readonly round: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly isVoid: boolean;
}

/** An act, as far as it says under what a trade stood. */
export interface PastAct {
  readonly type: string;
  readonly atMs: number;
  /** Null where it did not change them. */
  readonly rules: ResetRules | null;
  readonly tokenAddress: string | null;
}

/** What is known of a timer's past. */
export interface TimerPast {
  readonly rounds: readonly EndedRound[];
  /** All accepted acts, in order of time. */
  readonly acts: readonly PastAct[];
  /** What is in force now. */
  readonly rules: ResetRules;
  readonly tokenAddress: string;
}

/**
 * The recorded round that a trade found much later lies in; it changes nothing about the round.
 *
 * @returns null where it lies in none, was made while the timer was paused, did not count by the rules and the token of
 *   its time, or where these are not known any more
 */
export function recordedRoundOf(trade: Trade, past: TimerPast): number | null {
  const at = trade.blockTimeMs;
  const round = past.rounds.find(
    ({ startedAtMs, endedAtMs, isVoid }) => !isVoid && at >= startedAtMs && at <= endedAtMs,
  );
  if (round === undefined || isPausedAt(at, past.acts)) return null;
  const rules = inForce(past.acts, at, ({ rules: changed }) => changed, past.rules);
  const tokenAddress = inForce(past.acts, at, ({ tokenAddress: changed }) => changed, past.tokenAddress);
  if (rules === null || tokenAddress === null) return null;
  return isCounting({ rules, tokenAddress }, trade) ? round.round : null;
}

/** Rules and token hold for trades after the act that set them. */
function inForce<Value>(
  acts: readonly PastAct[],
  atMs: number,
  changedBy: (act: PastAct) => Value | null,
  present: Value,
): Value | null {
  const changes = acts.filter((act) => changedBy(act) !== null);
  const last = changes.findLast((act) => act.atMs < atMs);
  if (last !== undefined) return changedBy(last);
  // what was in force before the first change is written nowhere
  return changes.length === 0 ? present : null;
}

/** Trades up to a pause count, those until the resumption do not. */
function isPausedAt(atMs: number, acts: readonly PastAct[]): boolean {
  const last = acts.findLast((act) => act.atMs < atMs && (act.type === 'PAUSE' || act.type === 'RESUME'));
  return last?.type === 'PAUSE';
}
