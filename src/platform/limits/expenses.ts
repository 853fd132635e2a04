/** What one client has spent in a window that slides; each expense counts for exactly one window. */
export class Expenses {
  private readonly atMs: number[] = [];
  private readonly costs: number[] = [];
  /** Expenses before this place have left the window. */
  private first = 0;
  private sum = 0;

  /** What is in the window. */
  spentAt(nowMs: number, windowMs: number): number {
    let at = this.atMs[this.first];
    while (at !== undefined && at <= nowMs - windowMs) {
      this.sum -= this.costs[this.first] ?? 0;
      this.first += 1;
      at = this.atMs[this.first];
    }
    if (this.first > 64 && this.first * 2 > this.atMs.length) this.compact();
    return this.sum;
  }

  /** Spends. @param nowMs - not before any earlier one */
  add(nowMs: number, cost: number): void {
    this.atMs.push(nowMs);
    this.costs.push(cost);
    this.sum += cost;
  }

  /** Ms until `excess` of what is in the window has left it. */
  waitFor(excess: number, nowMs: number, windowMs: number): number {
    let left = excess;
    for (let place = this.first; place < this.atMs.length; place += 1) {
      left -= this.costs[place] ?? 0;
      if (left <= 0) return Math.ceil((this.atMs[place] ?? nowMs) + windowMs - nowMs);
    }
    return windowMs;
  }

  private compact(): void {
    this.atMs.splice(0, this.first);
    this.costs.splice(0, this.first);
    this.first = 0;
  }
}
