import type { ClockSource } from './clock-source';
import type { Link } from './link';
import { ClockDocument } from './operations.generated';
import type { SharedClock } from './shared-clock';
import { unref } from './wake-ups';

/** Round trips right after connecting, so that one is likely to be a short one … */
const BURST = 4;
const BURST_PAUSE_MS = 250;
/** … and then, before a drifting clock has gone far. */
const EVERY_MS = 30_000;
/** Nobody needs more, however often the device changes its network. */
const SHORTEST_PAUSE_MS = 1_000;

/** Asks for the shared time, often at first, then now and then. */
export class Synchroniser {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private burst = 0;
  private askedAt = -Infinity;
  private isAsking = false;

  constructor(
    private readonly link: Pick<Link, 'ask' | 'status'>,
    private readonly shared: SharedClock,
    private readonly clock: ClockSource,
  ) {}

  /** Begins anew: the connection is a new one. */
  start(): void {
    this.burst = BURST;
    void this.measure();
  }

  /** Something made the estimate doubtful. */
  now(): void {
    if (this.link.status !== 'live') return;
    this.burst = BURST;
    if (this.clock.monotonic() - this.askedAt > SHORTEST_PAUSE_MS) void this.measure();
    else this.plan(SHORTEST_PAUSE_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async measure(): Promise<void> {
    if (this.isAsking || this.link.status !== 'live') return;
    this.isAsking = true;
    const sentAt = this.clock.monotonic();
    this.askedAt = sentAt;
    try {
      const { clock } = await this.link.ask(ClockDocument, {});
      this.burst -= 1;
      if (!this.shared.add(sentAt, this.clock.monotonic(), clock)) this.burst = BURST;
    } catch {
      // what is wrong is told by the connection; the next try comes
      this.burst = 0;
    } finally {
      this.isAsking = false;
      this.plan(this.burst > 0 ? BURST_PAUSE_MS : EVERY_MS);
    }
  }

  private plan(inMs: number): void {
    clearTimeout(this.timer);
    if (this.link.status === 'closed') return;
    this.timer = setTimeout(() => void this.measure(), inMs);
    unref(this.timer);
  }
}
