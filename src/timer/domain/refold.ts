import { compareEntries, fold } from './fold';
import type { Folded, Foothold } from './fold';
import type { FoldState, LogEntry, TimerState } from './timer';

/** A log as far as folding it again is concerned. */
interface Foldable {
  readonly state: Pick<TimerState, 'base'>;
  readonly tail: readonly LogEntry[];
}

/** What is known of a tail that was folded before. */
interface Memory {
  readonly base: FoldState;
  readonly footholds: readonly Foothold[];
}

/** Tails never change: what is remembered of one holds as long as it is in use. */
const memories = new WeakMap<readonly LogEntry[], Memory>();

/** A draft's tail in log order, and its fold from position `from` on; the entries before it are as they were. */
export interface Refolded {
  readonly tail: readonly LogEntry[];
  readonly folded: Folded;
  readonly from: number;
}

/**
 * Folds a draft. A tail of tens of thousands of entries to which some trades come at the end is not folded from its
 * beginning: the fold is taken up at the last foothold before the first difference.
 *
 * @param log - the log before, whose tail is in log order and holds the outcomes of its own fold
 */
export function foldDraft(log: Foldable, draft: Foldable): Refolded {
  const { tail, shared } = inOrder(log.tail, draft.tail);
  const { base } = draft.state;
  const foothold = isOnlyTrades(log.tail, tail, shared) ? footholdUpTo(log, base, shared) : undefined;
  return { tail, folded: fold(base, tail, tail, foothold), from: foothold?.length ?? 0 };
}

/** Footholds of a tail that was folded again from position `from` on. */
export function footholdsOf(log: Foldable, from: number, { footholds }: Folded): readonly Foothold[] {
  const kept = from === 0 ? [] : (memories.get(log.tail)?.footholds ?? []);
  return [...kept.filter(({ length }) => length <= from), ...footholds];
}

/** Keeps what is known of a tail. */
export function remember(tail: readonly LogEntry[], memory: Memory): void {
  memories.set(tail, memory);
}

/** The draft in log order, and how many entries at its beginning are the same as before. */
function inOrder(
  before: readonly LogEntry[],
  draft: readonly LogEntry[],
): { readonly tail: readonly LogEntry[]; readonly shared: number } {
  let same = 0;
  while (same < before.length && before[same] === draft[same]) same += 1;
  const others = draft.slice(same).sort(compareEntries);
  const [first] = others;
  if (first === undefined) return { tail: draft.slice(0, same), shared: same };
  const shared = positionOf(first, draft, same);
  const end = [...draft.slice(shared, same), ...others].sort(compareEntries);
  return { tail: [...draft.slice(0, shared), ...end], shared };
}

/** How many of the first `length` entries, which are in order, come before `entry`. */
function positionOf(entry: LogEntry, sorted: readonly LogEntry[], length: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = sorted[middle];
    if (one !== undefined && compareEntries(one, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An act that comes or goes can change what came before it: a token change forbids openings ahead of it. */
function isOnlyTrades(before: readonly LogEntry[], after: readonly LogEntry[], shared: number): boolean {
  const isAct = ({ kind }: LogEntry): boolean => kind === 'act';
  return !before.slice(shared).some(isAct) && !after.slice(shared).some(isAct);
}

function footholdUpTo({ tail }: Foldable, base: FoldState, length: number): Foothold | undefined {
  const memory = memories.get(tail);
  return memory?.base === base ? memory.footholds.findLast((one) => one.length <= length) : undefined;
}
