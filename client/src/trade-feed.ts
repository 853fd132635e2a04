import type { Link } from './link';
import type { RecentTradesQuery } from './operations.generated';
import { RecentTradesDocument, TradeDetectedDocument } from './operations.generated';
import type { TimerTrade } from './timer-state';
import { UnseenTrades } from './unseen-trades';
import { unref } from './wake-ups';

/** Where a feed tells, and what time it is. */
export interface FeedEnds {
  readonly tell: (trade: TimerTrade) => void;
  /** Shared time; null while unknown. */
  readonly now: () => number | null;
}

/** The history is written a moment after a trade is told, later while Postgres is away: a gap is looked at several times. */
const LOOKS_AFTER_MS = [0, 3_000, 10_000, 30_000, 120_000] as const;
/** And from a little before it on. */
const OVERLAP_MS = 10_000;
/** Detection is told by the clock of a server, which is not quite ours. */
const CLOCKS_APART_MS = 1_000;
/** A trade is found up to this long after its block. */
const FOUND_WITHIN_MS = 10 * 60_000;
const MOST_PAGES = 20;

/** Each trade once, also those of the time without a connection, which are read from the history. */
export class TradeFeed {
  private readonly unseen = new UnseenTrades();
  private leave: (() => void) | null = null;
  /** Shared time of the first and the last sign of life; trades detected from the first on are owed. */
  private begunAt: number | null = null;
  private heardAt: number | null = null;
  private looks: readonly ReturnType<typeof setTimeout>[] = [];

  constructor(
    private readonly link: Pick<Link, 'ask' | 'follow'>,
    private readonly timerId: string,
    private readonly ends: FeedEnds,
  ) {}

  /** Begins to follow; safe to repeat. */
  start(): void {
    this.leave ??= this.link.follow(
      TradeDetectedDocument,
      { timerId: this.timerId },
      { next: ({ tradeDetected }) => this.take([tradeDetected]) },
    );
  }

  /** The connection was alive just now. */
  heard(): void {
    if (this.leave === null) return;
    this.heardAt = this.ends.now();
    this.begunAt ??= this.heardAt;
  }

  /** There is a connection again. */
  catchUp(): void {
    const { begunAt, heardAt } = this;
    if (begunAt === null || heardAt === null) return;
    const since = Math.floor(Math.max(begunAt - CLOCKS_APART_MS, heardAt - OVERLAP_MS));
    this.cancelLooks();
    this.looks = LOOKS_AFTER_MS.map((ms) => setTimeout(() => void this.readGap(since), ms));
    for (const look of this.looks) unref(look);
  }

  stop(): void {
    this.cancelLooks();
    this.leave?.();
  }

  private cancelLooks(): void {
    for (const look of this.looks) clearTimeout(look);
  }

  private take(trades: readonly TimerTrade[]): void {
    for (const trade of this.unseen.take(trades)) this.ends.tell(trade);
  }

  private async readGap(since: number): Promise<void> {
    const found: TimerTrade[] = [];
    let after: string | null = null;
    try {
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const trades = await this.readPage(since, after);
        found.push(...trades.nodes.filter(({ detectedAt }) => detectedAt >= since));
        after = trades.pageInfo.endCursor;
        if (!trades.pageInfo.hasNextPage) break;
      }
    } catch {
      // the next look asks again
    }
    this.take(found);
  }

  private async readPage(since: number, after: string | null): Promise<RecentTradesQuery['trades']> {
    const variables = { timerId: this.timerId, from: since - FOUND_WITHIN_MS, after };
    return (await this.link.ask(RecentTradesDocument, variables)).trades;
  }
}
