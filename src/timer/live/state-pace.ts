/** How often what is sent. */
export interface Pace {
  /** Most states in any second. */
  readonly perSecond: number;
  /** Of these, so many are kept for states after which it became quiet: the last of a burst. */
  readonly kept: number;
  /** It is quiet when no newer state has come for this long, ms. */
  readonly quietMs: number;
  /** The state is sent again when nothing was sent for this long, ms. */
  readonly heartbeatMs: number;
}

/** What a pace paces. */
export interface PacedActs {
  /** Sends the newest state, where it was not sent yet. */
  send(): void;
  /** Sends the newest state as a heartbeat. */
  repeat(): void;
  /** Looks whether a newer state was missed; tells by `newer`. */
  look(): Promise<unknown>;
}

const SECOND_MS = 1_000;

/**
 * Sends a change at once, then at a steady pace, the newest always; and a heartbeat when nothing changes.
 *
 * The steady pace uses a part of what a second allows. The rest is for the end of a burst, which is told as soon as it
 * is seen to be one, not at the next steady moment. Steady states follow any other by a gap, and states before that
 * moment are counted, so that no second holds more than both together.
 *
 * @see docs/adr/0018-the-end-of-a-burst-is-told-first.md
 */
export class StatePace {
  private readonly gapMs: number;
  /** When the last kept ones were sent, oldest first. */
  private readonly early: number[];
  private timer: NodeJS.Timeout | undefined;
  private inbox: NodeJS.Immediate | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private sentAtMs = -Infinity;
  /** When the newest unsent state came; null: all is sent. */
  private changedAtMs: number | null = null;
  private isStopped = false;

  constructor(
    private readonly pace: Pace,
    private readonly acts: PacedActs,
  ) {
    this.gapMs = SECOND_MS / (pace.perSecond - pace.kept);
    this.early = Array.from({ length: pace.kept }, () => -Infinity);
  }

  /** There is a newer state. */
  newer(): void {
    if (this.isStopped) return;
    const nowMs = performance.now();
    this.changedAtMs = nowMs;
    if (nowMs >= this.sentAtMs + this.gapMs) this.send(nowMs);
    else if (this.timer === undefined && this.inbox === undefined) this.wait(nowMs, nowMs);
  }

  /** Sends nothing more; safe to repeat. */
  stop(): void {
    this.isStopped = true;
    this.calm();
    clearTimeout(this.heartbeat);
  }

  /** Asks again when the state that came at `changedAtMs` is due. */
  private wait(changedAtMs: number, nowMs: number): void {
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        // what has come meanwhile is read before it counts as quiet
        this.inbox = setImmediate(() => {
          this.inbox = undefined;
          this.consider();
        });
      },
      Math.ceil(this.dueAtMs(changedAtMs) - nowMs),
    );
  }

  private consider(): void {
    if (this.changedAtMs === null) return;
    const nowMs = performance.now();
    if (nowMs >= this.dueAtMs(this.changedAtMs)) this.send(nowMs);
    else this.wait(this.changedAtMs, nowMs);
  }

  /** The steady moment, or the end of the quiet time where one of the kept ones is left. */
  private dueAtMs(changedAtMs: number): number {
    const [oldest = Infinity] = this.early;
    const earlyAtMs = Math.max(changedAtMs + this.pace.quietMs, oldest + SECOND_MS);
    return Math.min(this.sentAtMs + this.gapMs, earlyAtMs);
  }

  private send(nowMs: number, act: () => void = () => this.acts.send()): void {
    this.calm();
    clearTimeout(this.heartbeat);
    if (nowMs < this.sentAtMs + this.gapMs) {
      this.early.shift();
      this.early.push(nowMs);
    }
    this.sentAtMs = nowMs;
    this.changedAtMs = null;
    this.heartbeat = setTimeout(() => void this.beat(), this.pace.heartbeatMs);
    act();
  }

  private calm(): void {
    clearTimeout(this.timer);
    clearImmediate(this.inbox);
    this.timer = undefined;
    this.inbox = undefined;
  }

  private async beat(): Promise<void> {
    await this.acts.look().catch(() => undefined);
    if (this.isStopped) return;
    const nowMs = performance.now();
    // a newer state that the look has found was sent already
    if (nowMs - this.sentAtMs >= this.pace.heartbeatMs - 1) this.send(nowMs, () => this.acts.repeat());
  }
}
