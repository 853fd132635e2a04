/** What an instance shows of one timer. */
export interface ShownDeadline {
  readonly id: string;
  readonly epoch: number;
  readonly revision: number;
  /** Null while paused. */
  readonly deadlineMs: number | null;
}

/** An instance may be this long behind another before they count as different. */
const BEHIND_MS = 10_000;
/** A timer that one shows as paused and another as running differs by more than any threshold. */
const INCOMPARABLE_SEC = 3_600;

/**
 * Compares what this instance shows with what others show: at the same revision at once, at different ones only when
 * the other has not come up to ours for ten seconds.
 */
export class Disagreement {
  private readonly since = new Map<string, { readonly revision: string; readonly atMs: number }>();

  /** @returns the largest difference for each timer, s; 0 where all agree */
  compare(
    own: readonly ShownDeadline[],
    others: readonly ShownDeadline[],
    monotonicMs: number,
  ): ReadonlyMap<string, number> {
    return new Map(
      own.map((shown) => {
        const isOld = this.hasLasted(shown, monotonicMs);
        const compared = others.filter(
          (other) => other.id === shown.id && (isSame(other, shown) || (isOld && isBehind(other, shown))),
        );
        return [shown.id, Math.max(0, ...compared.map((other) => differenceSec(other, shown)))];
      }),
    );
  }

  private hasLasted(shown: ShownDeadline, monotonicMs: number): boolean {
    const revision = `${shown.epoch} ${shown.revision}`;
    const known = this.since.get(shown.id);
    if (known?.revision === revision) return monotonicMs - known.atMs >= BEHIND_MS;
    this.since.set(shown.id, { revision, atMs: monotonicMs });
    return false;
  }
}

function isSame(one: ShownDeadline, other: ShownDeadline): boolean {
  return one.epoch === other.epoch && one.revision === other.revision;
}

function isBehind(one: ShownDeadline, other: ShownDeadline): boolean {
  return one.epoch < other.epoch || (one.epoch === other.epoch && one.revision < other.revision);
}

function differenceSec(one: ShownDeadline, other: ShownDeadline): number {
  if (one.deadlineMs === null || other.deadlineMs === null) {
    return one.deadlineMs === other.deadlineMs ? 0 : INCOMPARABLE_SEC;
  }
  return Math.abs(one.deadlineMs - other.deadlineMs) / 1000;
}
