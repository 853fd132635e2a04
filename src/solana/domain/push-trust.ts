/**
 * How far pushes may be relied on.
 *
 * TRUSTED: the sweep of the lists may be slow. DOUBTED: it found a trade that no push had brought, so it goes faster.
 * SILENT: nothing is expected of pushes (switched off, not connected, or failing), and polling goes on as without them.
 */
export type PushLevel = 'TRUSTED' | 'DOUBTED' | 'SILENT';

/** How one way of pushing goes. */
export interface PushState {
  readonly source: 'WEBHOOK' | 'WEBSOCKET';
  readonly level: PushLevel;
  /** Trades that the sweep found and no push had brought. */
  readonly missed: number;
}

/** How soon a push must follow its trade, and how many must come before pushes are believed again. */
export interface TrustLimits {
  /** A trade that the sweep found is missed when no push of it has come within this, ms. */
  readonly graceMs: number;
  /** Pushes in a row, without a miss between them, after which they are trusted again. */
  readonly pushesToReturn: number;
}

/** A push comes 1 to 2 s after its block, and a sender tries again for about 4 s. */
export const TRUST_LIMITS: TrustLimits = { graceMs: 15_000, pushesToReturn: 3 };

const MAX_REMEMBERED = 20_000;
const MAX_SUSPECTS = 1_000;

/** A trade that the sweep found, as far as trust is concerned. */
export interface SweptTrade {
  readonly signature: string;
  /** Block time, epoch ms. */
  readonly blockTimeMs: number;
}

/**
 * Compares what pushes bring with what the sweep of the lists finds. It is told the time and has no clock; monotonic
 * times are in ms.
 */
export class PushTrust {
  private present: PushLevel = 'SILENT';
  private openedAtMs = Number.POSITIVE_INFINITY;
  private inRow = 0;
  private readonly pushed = new Set<string>();
  private readonly suspects = new Map<string, number>();
  private missed = 0;

  /** @param onChange - called with the new level, the old one, and how many trades no push has brought so far */
  constructor(
    private readonly limits: TrustLimits = TRUST_LIMITS,
    private readonly onChange: (level: PushLevel, before: PushLevel, missed: number) => void = () =>
      undefined,
  ) {}

  /** Trades that no push brought, since the process started. */
  get missedTrades(): number {
    return this.missed;
  }

  /**
   * The way is open: registered and reachable, or connected.
   *
   * @param sinceMs - epoch ms; of trades with an earlier block time no push is expected
   */
  open(sinceMs: number): void {
    this.openedAtMs = Math.min(this.openedAtMs, sinceMs);
    this.inRow = 0;
    this.turn('TRUSTED');
  }

  /** Pushes may come, but nothing has shown it yet: they are trusted once some have come. */
  expect(sinceMs: number): void {
    this.openedAtMs = Math.min(this.openedAtMs, sinceMs);
  }

  /** Nothing is expected any more. */
  close(): void {
    this.openedAtMs = Number.POSITIVE_INFINITY;
    this.suspects.clear();
    this.turn('SILENT');
  }

  /** A push brought these transactions. */
  brought(signatures: readonly string[]): void {
    for (const signature of signatures) {
      const isSuspect = this.suspects.delete(signature);
      if (this.pushed.has(signature)) continue;
      this.pushed.add(signature);
      // what the sweep had seen first says nothing about how well pushes go
      if (!isSuspect) this.inRow += 1;
    }
    for (const signature of this.pushed) {
      if (this.pushed.size <= MAX_REMEMBERED) break;
      this.pushed.delete(signature);
    }
    if (this.isOpen && this.present !== 'TRUSTED' && this.inRow >= this.limits.pushesToReturn) {
      this.turn('TRUSTED');
    }
  }

  /** The sweep found trades that were new. */
  swept(trades: readonly SweptTrade[], monotonicMs: number): void {
    if (!this.isOpen) return;
    for (const { signature, blockTimeMs } of trades) {
      if (blockTimeMs < this.openedAtMs || this.pushed.has(signature)) continue;
      if (this.suspects.size < MAX_SUSPECTS && !this.suspects.has(signature)) {
        this.suspects.set(signature, monotonicMs + this.limits.graceMs);
      }
    }
  }

  /** The level now; a grace that has run out counts first. */
  levelAt(monotonicMs: number): PushLevel {
    const late = [...this.suspects].filter(([, dueAtMs]) => dueAtMs <= monotonicMs);
    if (late.length > 0) {
      for (const [signature] of late) this.suspects.delete(signature);
      this.missed += late.length;
      this.inRow = 0;
      this.turn(this.present === 'TRUSTED' && late.length === 1 ? 'DOUBTED' : 'SILENT');
    }
    return this.present;
  }

  private get isOpen(): boolean {
    return this.openedAtMs !== Number.POSITIVE_INFINITY;
  }

  private turn(level: PushLevel): void {
    const before = this.present;
    if (level === before) return;
    this.present = level;
    if (level === 'TRUSTED') this.inRow = 0;
    this.onChange(level, before, this.missed);
  }
}
