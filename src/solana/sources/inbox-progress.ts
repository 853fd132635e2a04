/** How far the reader of the inbox has come, for those who want nothing to wait that was there before them. */
export class InboxProgress {
  private isWorking = false;
  /** Those who wait; true once a read has begun after they came. */
  private readonly waiting = new Map<() => void, boolean>();

  /** A read has brought bodies, which are judged from now on. */
  began(): void {
    this.isWorking = true;
  }

  /** Everything that the last read could bring is judged: whoever came before that read has what they waited for. */
  reached(): void {
    this.isWorking = false;
    for (const [resolve, wasRead] of this.waiting) {
      if (wasRead) this.release(resolve);
      else this.waiting.set(resolve, true);
    }
  }

  /** The reader finds nothing more. */
  idle(): void {
    this.isWorking = false;
    for (const resolve of this.waiting.keys()) this.release(resolve);
  }

  /** Resolves when the bodies that are there now are judged; at once where the reader waits for the next one. */
  caughtUp(): Promise<void> {
    if (!this.isWorking) return Promise.resolve();
    return new Promise((resolve) => this.waiting.set(resolve, false));
  }

  private release(resolve: () => void): void {
    this.waiting.delete(resolve);
    resolve();
  }
}
