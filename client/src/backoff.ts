const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** How long to wait before attempt `attempt` (from 0), ms: doubling up to 15 s, half of it by chance. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return most / 2 + (most / 2) * random();
}

/** A pause that can be cut short. */
export class Pause {
  private end: () => void = () => undefined;

  /** Resolves after `ms`, or when it is cut short. */
  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends the wait that is under way, if any. */
  cutShort(): void {
    this.end();
  }
}
