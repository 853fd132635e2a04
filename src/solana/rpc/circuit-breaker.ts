/** When a breaker opens, and for how long. */
export interface BreakerLimits {
  /** Failures in a row that open it. */
  readonly failures: number;
  readonly openMs: number;
}

/**
 * Gives an endpoint a rest: after so many failures in a row nothing is asked of it for a while, then one call tries it
 * again; its success closes the breaker, its failure opens it anew.
 */
export class CircuitBreaker {
  private failuresInRow = 0;
  private closedUntilMs = Number.NEGATIVE_INFINITY;
  private isProbing = false;
  private failingSinceMs: number | null = null;

  /** @param monotonicMs - a clock that never steps */
  constructor(
    private readonly limits: BreakerLimits,
    private readonly monotonicMs: () => number,
  ) {}

  /** Whether a call may be made now. */
  get isUsable(): boolean {
    if (this.monotonicMs() < this.closedUntilMs) return false;
    return this.failuresInRow < this.limits.failures || !this.isProbing;
  }

  /** How long, in ms, nothing may be asked; 0 where it may. */
  get restMs(): number {
    return Math.max(0, this.closedUntilMs - this.monotonicMs());
  }

  /** Ms since the first of the failures in a row; 0 where there are none. */
  get failingForMs(): number {
    return this.failingSinceMs === null ? 0 : this.monotonicMs() - this.failingSinceMs;
  }

  /** A call begins. */
  begin(): void {
    if (this.failuresInRow >= this.limits.failures) this.isProbing = true;
  }

  /** A call was answered, whatever the answer said. */
  succeed(): void {
    this.failuresInRow = 0;
    this.failingSinceMs = null;
    this.isProbing = false;
  }

  /** A call was given up by its caller: it says nothing about the endpoint. */
  abandon(): void {
    this.isProbing = false;
  }

  /** A call failed; `waitMs` is a rest that the endpoint asked for, null: none. */
  fail(waitMs: number | null): void {
    this.failuresInRow += 1;
    this.failingSinceMs ??= this.monotonicMs();
    this.isProbing = false;
    const restMs = Math.max(waitMs ?? 0, this.failuresInRow >= this.limits.failures ? this.limits.openMs : 0);
    if (restMs > 0) this.closedUntilMs = this.monotonicMs() + restMs;
  }
}
