import type { FieldProblem } from '../platform/public-error';
import type { Env } from '../config/env';
import { textProblems } from './input';
import { DEFAULT_RULES } from '../timer/domain/timer';
import type { ConfigChange, ResetRules } from '../timer/domain/timer';
import type { NewTimer } from '../timer/timer.service';
import type { CreateTimerInput, ResetRulesInput, UpdateTimerInput } from './types/timer.input';

/** The bounds of durations that an operator has set. */
export type DurationBounds = Pick<Env, 'timerDefaultDurationMs' | 'timerMaxDurationMs'>;

const SHORTEST_MS = 60_000;
const MAX_REASON = 500;
const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** What is wrong with a duration; nothing where it is absent. */
export function durationProblems(
  durationMs: number | null | undefined,
  bounds: DurationBounds,
): FieldProblem[] {
  if (durationMs === null || durationMs === undefined) return [];
  if (durationMs >= SHORTEST_MS && durationMs <= bounds.timerMaxDurationMs) return [];
  return [
    { path: 'input.durationMs', message: `must be from ${SHORTEST_MS} to ${bounds.timerMaxDurationMs} ms` },
  ];
}

/** What is wrong with a timer's id and a reason, given as arguments. */
export function argumentProblems(id: string, reason: string | null): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (!ID.test(id)) problems.push({ path: 'id', message: `must match ${ID.source}` });
  return [...problems, ...reasonProblems(reason)];
}

/** What is wrong with a reason, given as an argument. */
export function reasonProblems(reason: string | null | undefined): FieldProblem[] {
  if (reason === null || reason === undefined) return [];
  const isFit = reason.length > 0 && reason.length <= MAX_REASON;
  const problems = isFit ? [] : [{ path: 'reason', message: `must have 1 to ${MAX_REASON} characters` }];
  return [...problems, ...textProblems(reason, 'reason')];
}

/** The new timer that a checked input asks for. */
export function newTimerOf(input: CreateTimerInput, bounds: DurationBounds): NewTimer {
  return {
    id: input.id,
    tokenAddress: input.tokenAddress,
    durationMs: input.durationMs ?? bounds.timerDefaultDurationMs,
    rules: rulesOf(input.rules ?? {}, DEFAULT_RULES),
    pools: (input.watchedAddresses ?? []).filter((address) => address !== input.tokenAddress),
    chainReading: input.chainReading ?? true,
    isPaused: input.paused ?? false,
  };
}

/** The change that a checked input asks for, of a timer that has `rules` now. */
export function changeOf(input: UpdateTimerInput, rules: ResetRules): ConfigChange {
  const { durationMs, tokenAddress } = input;
  return {
    ...(isGiven(durationMs) ? { durationMs } : {}),
    ...(isGiven(tokenAddress) ? { tokenAddress } : {}),
    ...(isGiven(input.rules) ? { rules: rulesOf(input.rules, rules) } : {}),
  };
}

function rulesOf(
  input: { readonly [Field in keyof ResetRulesInput]?: ResetRulesInput[Field] },
  base: ResetRules,
): ResetRules {
  const { maxRemainingMs } = input;
  return {
    sides: input.sides ?? base.sides,
    minAmount: input.minAmount ?? base.minAmount,
    mode: input.mode ?? base.mode,
    extendByMs: input.extendByMs ?? base.extendByMs,
    // null is a value here: no cap
    maxRemainingMs: maxRemainingMs === undefined ? base.maxRemainingMs : maxRemainingMs,
  };
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}
