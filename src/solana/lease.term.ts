import { setTimeout as delay } from 'node:timers/promises';
import type { Lease, LeaseStore } from './redis/lease.store';

/** Times of a lease, all in ms. */
export interface LeaseTimes {
  readonly ttlMs: number;
  /** Work stops that long before the lease would expire unrenewed. */
  readonly marginMs: number;
  /** How often one who stands by asks for it. */
  readonly retryMs: number;
}

/** A lease of 10 s; one who stands by takes over within half a second of a release. */
export const LEASE_TIMES: LeaseTimes = { ttlMs: 10_000, marginMs: 2_000, retryMs: 400 };

/**
 * Keeps a lease while its signal is not aborted: renews it at a third of its TTL, and aborts on the first renewal that
 * fails or, when Redis does not answer at all, before the lease would expire by the monotonic clock.
 */
export class LeaseTerm {
  private readonly ended = new AbortController();
  private readonly keeper: Promise<void>;
  private expiry: NodeJS.Timeout;

  /** @param requestedAtMs - monotonic time before the lease was asked for: it cannot expire earlier than that + TTL */
  constructor(
    private readonly store: LeaseStore,
    readonly lease: Lease,
    private readonly times: LeaseTimes,
    requestedAtMs: number,
  ) {
    this.expiry = this.endAt(requestedAtMs);
    this.keeper = this.keep();
  }

  /** Aborted once the lease must be thought lost. */
  get signal(): AbortSignal {
    return this.ended.signal;
  }

  /** Stops renewing; the lease is left to expire or to be released. */
  async end(): Promise<void> {
    this.ended.abort();
    clearTimeout(this.expiry);
    await this.keeper;
  }

  private isOver(): boolean {
    return this.signal.aborted;
  }

  private async keep(): Promise<void> {
    while (!this.isOver()) {
      await delay(this.times.ttlMs / 3, undefined, { signal: this.signal }).catch(() => undefined);
      if (this.isOver()) return;
      const askedAtMs = performance.now();
      const isRenewed = await this.answerOf(this.store.renew(this.lease, this.times.ttlMs));
      if (!isRenewed) this.ended.abort();
      else if (!this.isOver()) {
        clearTimeout(this.expiry);
        this.expiry = this.endAt(askedAtMs);
      }
    }
  }

  /** The answer of a renewal; false where it fails, or the term ends before it comes. */
  private async answerOf(renewal: Promise<boolean>): Promise<boolean> {
    let end = (): void => undefined;
    const over = new Promise<boolean>((resolve) => {
      end = () => resolve(false);
      this.signal.addEventListener('abort', end, { once: true });
    });
    const answer = await Promise.race([renewal.catch(() => false), over]);
    this.signal.removeEventListener('abort', end);
    return answer;
  }

  private endAt(askedAtMs: number): NodeJS.Timeout {
    const leftMs = askedAtMs + this.times.ttlMs - this.times.marginMs - performance.now();
    return setTimeout(() => this.ended.abort(), Math.max(0, leftMs));
  }
}
