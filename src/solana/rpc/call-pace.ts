import { setTimeout as delay } from 'node:timers/promises';

/** Lets calls go no faster than a plan answers them, evenly: a refused call costs a rest of the whole endpoint. */
export class CallPace {
  private nextMs = Number.NEGATIVE_INFINITY;

  /**
   * @param callsPerSecond - asked before each call; null: as fast as may be
   * @param monotonicMs - a clock that never steps
   */
  constructor(
    private readonly callsPerSecond: () => number | null,
    private readonly monotonicMs: () => number,
  ) {}

  /** Resolves when the next call may be sent. @throws AbortError of the signal */
  async turn(signal?: AbortSignal): Promise<void> {
    const rate = this.callsPerSecond();
    if (rate === null) return;
    const nowMs = this.monotonicMs();
    const turnMs = Math.max(nowMs, this.nextMs);
    this.nextMs = turnMs + 1_000 / rate;
    if (turnMs > nowMs) await delay(turnMs - nowMs, undefined, signal === undefined ? {} : { signal });
  }
}
