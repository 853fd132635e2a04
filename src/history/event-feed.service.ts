import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { PostgresService } from '../platform/postgres/postgres.service';
import { RedisService } from '../platform/redis/redis.service';
import { EventFeed } from './event.feed';
import type { FeedTake } from './event.feed';
import { tradeIn } from './history.lists';
import type { RoundRow } from './history.lists';
import { HISTORY_OPTIONS } from './history.options';
import type { HistoryOptions } from './history.options';
import type { StoredRound } from './domain/records';
import { countUnwritten } from './stream.trimmer';
import { listStreams } from './timer.streams';

export type { ParsedChange } from './change.parser';
export type { FeedTake } from './event.feed';
export type { StoredRound } from './domain/records';

/** More rounds than can end between two looks at one timer. */
const RECENT_ROUNDS = 50;

/** Lets other rooms read the durable stream, each with a consumer group of its own, at least once and in order. */
@Injectable()
export class EventFeedService implements BeforeApplicationShutdown {
  private readonly feeds: EventFeed[] = [];
  private readonly log = new Logger('history');

  constructor(
    private readonly redis: RedisService,
    private readonly postgres: PostgresService,
    @Inject(HISTORY_OPTIONS) private readonly options: HistoryOptions,
  ) {}

  /** Whether this instance has the role that works the streams. */
  get isWorking(): boolean {
    return this.options.isHistorian;
  }

  /**
   * Gives every change to `take`, the same one again until it does not throw; instances share a group.
   *
   * @param group - unique for each reader; streams are kept until it has acknowledged them
   */
  follow(group: string, take: FeedTake): void {
    const feed = new EventFeed(this.redis, group, this.options, take);
    feed.start();
    this.feeds.push(feed);
    this.log.log({ message: 'event feed opened', group });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.feeds.map((feed) => feed.stop()));
  }

  /** Entries of all timers that a group has not acknowledged. @throws while Redis is away */
  async lag(group: string): Promise<number> {
    const streams = await listStreams(this.redis.commands, this.redis.keyPrefix);
    const counts = await Promise.all(
      streams.map((stream) => countUnwritten(this.redis.commands, stream, group)),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** The rounds of a timer that ended last, from the primary database: an end is durable before it is told. */
  async lastEnds(timerId: string): Promise<readonly StoredRound[]> {
    const rows = await this.postgres.query<RoundRow>(
      `select timer_id, round, started_at, ended_at, is_void, is_complete, winner, last_trade, trades, resets, volume
       from rounds where timer_id = $1 order by round desc limit ${RECENT_ROUNDS}`,
      [timerId],
    );
    return rows.map((row) => ({
      timerId: row.timer_id,
      round: row.round,
      startedAtMs: row.started_at.getTime(),
      endedAtMs: row.ended_at?.getTime() ?? null,
      isVoid: row.is_void,
      isComplete: row.is_complete,
      winner: row.winner,
      lastTrade: row.last_trade === null ? null : tradeIn(row.last_trade),
      counts: { trades: row.trades, resets: row.resets, volume: row.volume },
    }));
  }
}
