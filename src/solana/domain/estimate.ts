import type { Completeness, IntervalBounds, PollingMode } from '../../settings/domain/settings';
import { creditsOf } from './credits';
import type { PriceTable } from './credits';
import { nextLookAtMs } from './schedule';

/** A timer whose recorded trades are played again. */
export interface PlayedTimer {
  /** Block times of its trades, ascending, epoch ms. */
  readonly tradesMs: readonly number[];
  readonly durationMs: number;
  /** Addresses that are listed with every look. */
  readonly addresses: number;
}

/** How the chain would have been read. */
export interface PlayedPolicy {
  readonly mode: PollingMode;
  readonly bounds: IntervalBounds;
  readonly completeness: Completeness;
  readonly prices: PriceTable;
}

/** A settling asks for the newest final slot and its block time before it lists. */
const SETTLE_AFTER_MS = 15_000;

/**
 * Credits that reading one timer would have cost between two times, by the scheduler itself, with somebody watching.
 * Only recorded trades are known: what else named the addresses is not in it.
 */
export function estimateCredits(
  timer: PlayedTimer,
  policy: PlayedPolicy,
  fromMs: number,
  toMs: number,
): number {
  return new Player(timer, policy, fromMs).playUntil(toMs);
}

class Player {
  private credits = 0;
  private position = 0;
  private deadlineMs: number | null = null;
  private readonly recentMs: number[] = [];

  constructor(
    private readonly timer: PlayedTimer,
    private readonly policy: PlayedPolicy,
    private lookMs: number,
  ) {}

  playUntil(toMs: number): number {
    while (this.lookMs < toMs) {
      const nextMs = this.nextMs();
      const { deadlineMs } = this;
      this.lookMs = nextMs;
      if (nextMs >= toMs) break;
      this.look();
      const isOver = this.deadlineMs !== null && this.deadlineMs === deadlineMs && nextMs > this.deadlineMs;
      if (isOver) this.settle();
    }
    return this.credits;
  }

  private nextMs(): number {
    const { mode, bounds } = this.policy;
    const nextMs = nextLookAtMs({
      nowMs: this.lookMs,
      status: this.deadlineMs === null ? 'EXPIRED' : 'RUNNING',
      deadlineMs: this.deadlineMs,
      lastLookMs: this.lookMs,
      mode,
      bounds,
      fixedMs: null,
      tradesPerHour: 2 * this.recentMs.filter((ms) => ms > this.lookMs - 1_800_000).length,
      viewers: 1,
      budget: 'free',
      isPushed: false,
      isHeard: false,
      failures: 0,
      failedAtMs: 0,
      pendingAtMs: null,
      random: 0,
    });
    return Math.max(nextMs, this.lookMs + 1_000);
  }

  private look(): void {
    const found = this.take(this.lookMs);
    this.bill('getSignaturesForAddress', this.timer.addresses);
    this.bill('getTransaction', this.policy.completeness === 'FULL' ? found : Math.min(1, found));
  }

  private settle(): void {
    this.bill('getSlot', 1);
    this.bill('getBlockTime', 1);
    this.bill('getSignaturesForAddress', this.timer.addresses);
    this.deadlineMs = null;
    this.lookMs += SETTLE_AFTER_MS;
  }

  /** Trades up to a time; each gives the full duration again, or opens a round. */
  private take(upToMs: number): number {
    const { tradesMs, durationMs } = this.timer;
    const from = this.position;
    for (let next = tradesMs[from]; next !== undefined && next <= upToMs; next = tradesMs[this.position]) {
      if (this.deadlineMs !== null && next > this.deadlineMs) {
        if (this.position > from) break;
        this.deadlineMs = null;
      }
      this.deadlineMs = next + durationMs;
      this.recentMs.push(next);
      this.position += 1;
    }
    this.recentMs.splice(0, Math.max(0, this.recentMs.length - 500));
    return this.position - from;
  }

  private bill(method: string, calls: number): void {
    this.credits += creditsOf(method, calls, this.policy.prices);
  }
}
