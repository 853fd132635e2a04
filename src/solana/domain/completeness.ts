import type { Completeness } from '../../settings/domain/settings';
import type { LogEntry, TimerState } from '../../timer/domain/timer';

/**
 * What a timer is read with. Rules that extend count every trade, so that they are read FULL whatever is wanted, as
 * long as any of them is in force in the part of the log that is not settled.
 */
export function completenessFor(
  wanted: Completeness,
  { state, tail }: { readonly state: TimerState; readonly tail: readonly LogEntry[] },
): Completeness {
  const isExtending = [
    state.base.rules,
    state.current.rules,
    ...tail.flatMap((entry) => (entry.kind === 'act' ? [entry.act.change.rules] : [])),
    state.reserved?.change.rules,
  ].some((rules) => rules?.mode === 'EXTEND');
  return isExtending ? 'FULL' : wanted;
}
