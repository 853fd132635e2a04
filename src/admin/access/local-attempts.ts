import type { AttemptLimits, AttemptVerdict } from '../domain/attempts';

const MAX_ADDRESSES = 10_000;

/** The judgement of attempts.lua by what this instance alone has seen; used while Redis is away. */
export class LocalAttempts {
  private readonly wrong = new Map<string, number[]>();
  private total: number[] = [];
  private readonly known = new Set<string>();

  /** @param now - a clock in ms that never falls */
  constructor(
    private readonly limits: AttemptLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Judges an attempt of `address`. */
  judge(address: string, isRight: boolean): AttemptVerdict {
    const nowMs = this.now();
    const recent = this.recent(this.wrong.get(address) ?? [], nowMs);
    this.total = this.recent(this.total, nowMs);
    const count = recent.length;
    if (count >= this.limits.perAddress) return { tag: 'address_limit', waitMs: this.wait(recent), count };
    if (this.total.length >= this.limits.inTotal && !this.known.has(address))
      return { tag: 'total_limit', waitMs: this.wait(this.total), count };
    if (isRight) {
      this.knows(address);
      return { tag: 'right', waitMs: 0, count };
    }
    this.total.push(nowMs);
    this.wrong.delete(address);
    this.wrong.set(address, [...recent, nowMs]);
    for (const oldest of this.wrong.keys()) {
      if (this.wrong.size <= MAX_ADDRESSES) break;
      this.wrong.delete(oldest);
    }
    return { tag: 'wrong', waitMs: 0, count: count + 1 };
  }

  /** The address was right, here or by Redis. */
  knows(address: string): void {
    this.known.delete(address);
    this.known.add(address);
    for (const oldest of this.known) {
      if (this.known.size <= MAX_ADDRESSES) break;
      this.known.delete(oldest);
    }
  }

  private recent(times: readonly number[], nowMs: number): number[] {
    return times.filter((atMs) => atMs > nowMs - this.limits.windowMs);
  }

  private wait(times: readonly number[]): number {
    const nowMs = this.now();
    return Math.ceil((times[0] ?? nowMs) + this.limits.windowMs - nowMs);
  }
}
