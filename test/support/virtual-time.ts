/** Time that passes only when somebody lets it: waits are over at once, and have taken as long as they should. */
export class VirtualTime {
  private elapsedMs = 0;
  private alarms: { readonly atMs: number; readonly ring: () => void }[] = [];
  /** Told after each step of time. */
  onPassed: () => void = () => undefined;

  /** Ms since the beginning. */
  get nowMs(): number {
    return this.elapsedMs;
  }

  /** Lets time pass. */
  pass(ms: number): void {
    this.elapsedMs += ms;
    const due = this.alarms.filter(({ atMs }) => atMs <= this.elapsedMs);
    if (due.length > 0) this.alarms = this.alarms.filter(({ atMs }) => atMs > this.elapsedMs);
    for (const { ring } of due) ring();
    this.onPassed();
  }

  /** A signal that is aborted once so much time has passed. */
  timeout(ms: number): AbortSignal {
    const controller = new AbortController();
    const ring = (): void => controller.abort(new DOMException('took too long', 'TimeoutError'));
    this.alarms.push({ atMs: this.elapsedMs + ms, ring });
    return controller.signal;
  }

  /** Lets time pass until somebody else has enough. @throws the signal's reason */
  passUntil(signal: AbortSignal): never {
    while (!signal.aborted) {
      const [next] = this.alarms.toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined) throw new Error('nothing would ever end this wait');
      this.pass(next.atMs - this.elapsedMs);
    }
    throw signal.reason;
  }
}
