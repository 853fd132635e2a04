/** A sleep that others can end; over as soon as the signal is aborted. */
export class Sleep {
  private wakeUp: (() => void) | null = null;
  private isWoken = false;

  constructor(private readonly signal: AbortSignal) {}

  /** Sleeps, unless it was ended since the last sleep. */
  async atMost(ms: number): Promise<void> {
    if (!this.isWoken && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          this.signal.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        this.signal.addEventListener('abort', end, { once: true });
        this.wakeUp = end;
      });
    }
    this.isWoken = false;
    this.wakeUp = null;
  }

  /** Ends the present sleep, or the next one. */
  end(): void {
    this.isWoken = true;
    this.wakeUp?.();
  }
}
