const EVERY_MS = 10_000;
const MAX_REMEMBERED = 1_000;

/** Keeps what is noted about keys and sessions down to one note each in ten seconds. */
export class Touches {
  private readonly noted = new Map<string, number>();

  /** @param now - a clock in ms that never falls */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Runs `note`, which must not reject, unless that was done for `id` lately. */
  note(id: string, note: () => Promise<void>): void {
    const nowMs = this.now();
    if (nowMs - (this.noted.get(id) ?? Number.NEGATIVE_INFINITY) < EVERY_MS) return;
    this.noted.delete(id);
    this.noted.set(id, nowMs);
    for (const oldest of this.noted.keys()) {
      if (this.noted.size <= MAX_REMEMBERED) break;
      this.noted.delete(oldest);
    }
    void note();
  }
}
