import type { TimerState, Unfetched } from './timer';

type UnfetchedFields = Pick<TimerState, 'unfetched' | 'unfetchedSpan'>;

/** A state in which nothing was passed over. */
export const NOTHING_UNFETCHED: UnfetchedFields = { unfetched: 0, unfetchedSpan: null };

/** What was passed over before, and now. */
export function unfetchedWith(state: UnfetchedFields, more: Unfetched | null): UnfetchedFields {
  if (more === null) return { unfetched: state.unfetched, unfetchedSpan: state.unfetchedSpan };
  const { firstMs, lastMs } = state.unfetchedSpan ?? more;
  return {
    unfetched: state.unfetched + more.count,
    unfetchedSpan: { firstMs: Math.min(firstMs, more.firstMs), lastMs: Math.max(lastMs, more.lastMs) },
  };
}

/** Whether nothing was passed over in the round that ends at `endedAtMs`. */
export function isCompleteUpTo({ unfetchedSpan }: UnfetchedFields, endedAtMs: number): boolean {
  return unfetchedSpan === null || unfetchedSpan.firstMs > endedAtMs;
}

/** What was passed over after an end; where some was before it and some after, all of it is said to be after. */
export function unfetchedAfter(
  { unfetched, unfetchedSpan }: UnfetchedFields,
  endedAtMs: number,
): UnfetchedFields {
  if (unfetchedSpan === null || unfetchedSpan.lastMs <= endedAtMs) return NOTHING_UNFETCHED;
  const firstMs = Math.max(unfetchedSpan.firstMs, endedAtMs + 1);
  return { unfetched, unfetchedSpan: { ...unfetchedSpan, firstMs } };
}
