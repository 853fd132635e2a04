import { Args, Extensions, ID, Query, Resolver } from '@nestjs/graphql';
import type { BucketSize as Size } from '../history/domain/buckets';
import { HistoryService } from '../history/history.service';
import { PublicError } from '../platform/public-error';
import { roundPicture, tradePicture } from '../timer/domain/picture';
import type { RoundPicture, TradePicture } from '../timer/domain/picture';
import { TimerService } from '../timer/timer.service';
import { checkInput } from './input';
import { bucketRows, pageRows, statsRows } from './row-budget';
import { EpochMs } from './scalars';
import { BucketSize, bucketPicture, TradeBucket } from './types/bucket.type';
import type { BucketPicture } from './types/bucket.type';
import {
  connectionOf,
  PageArgs,
  RoundConnection,
  TimerEventConnection,
  TradeConnection,
} from './types/connection.type';
import { TimerEventFilter, TradeFilter } from './types/filter.input';
import type { PagePicture } from './types/connection.type';
import { statsPicture, TimerStats } from './types/stats.type';
import type { StatsPicture } from './types/stats.type';
import { timerEventOf } from './types/timer-event.type';
import type { TimerEventPicture } from './types/timer-event.type';

const id = { type: () => ID, defaultValue: 'global', description: 'Of which timer.' };
const ALL = 'Which; null: all.';

/** What happened to timers, newest first. */
@Resolver()
export class HistoryResolver {
  constructor(
    private readonly history: HistoryService,
    private readonly timers: TimerService,
  ) {}

  @Extensions({ rows: pageRows })
  @Query(() => TradeConnection, { description: 'Trades of a timer, counting or not, newest first.' })
  async trades(
    @Args('timerId', id) timerId: string,
    @Args('filter', { type: () => TradeFilter, nullable: true, description: ALL }) filter: TradeFilter | null,
    @Args() page: PageArgs,
  ): Promise<PagePicture<TradePicture>> {
    const { from, to, ...rest } = await checkInput(TradeFilter, filter ?? new TradeFilter(), 'filter');
    const found = await this.history.trades(timerId, { fromMs: from, toMs: to, ...rest }, page);
    return await this.known(
      timerId,
      connectionOf(found, (trade) => tradePicture(trade.timerId, trade)),
    );
  }

  @Extensions({ rows: pageRows })
  @Query(() => TimerEventConnection, { description: 'Events of a timer, newest first.' })
  async timerEvents(
    @Args('timerId', id) timerId: string,
    @Args('filter', { type: () => TimerEventFilter, nullable: true, description: ALL })
    filter: TimerEventFilter | null,
    @Args() page: PageArgs,
  ): Promise<PagePicture<TimerEventPicture>> {
    const checked = await checkInput(TimerEventFilter, filter ?? new TimerEventFilter(), 'filter');
    const { from, to, ...rest } = checked;
    const found = await this.history.timerEvents(timerId, { fromMs: from, toMs: to, ...rest }, page);
    return await this.known(timerId, connectionOf(found, timerEventOf));
  }

  @Extensions({ rows: pageRows })
  @Query(() => RoundConnection, {
    description: 'Rounds of a timer, newest first; the open one, if any, is the first.',
  })
  async rounds(
    @Args('timerId', id) timerId: string,
    @Args() page: PageArgs,
  ): Promise<PagePicture<RoundPicture>> {
    const found = await this.history.rounds(timerId, page);
    return await this.known(timerId, connectionOf(found, roundPicture));
  }

  @Extensions({ rows: bucketRows })
  @Query(() => [TradeBucket], {
    description:
      'Trades summed up in all buckets that touch the time from "from" to before "to", oldest first, each bucket whole; at most 4500. They outlive trades that the retention drops.',
  })
  async tradeBuckets(
    @Args('timerId', id) timerId: string,
    @Args('from', { type: () => EpochMs, description: 'Block time from here on.' }) from: number,
    @Args('to', { type: () => EpochMs, description: 'Block time before this.' }) to: number,
    @Args('bucket', { type: () => BucketSize, description: 'How long a bucket is.' }) bucket: Size,
  ): Promise<BucketPicture[]> {
    const buckets = await this.history.tradeBuckets(timerId, bucket, from, to);
    if (buckets.every(({ buys, sells }) => buys + sells === 0)) await this.assertKnown(timerId);
    return buckets.map(bucketPicture);
  }

  @Extensions({ rows: statsRows })
  @Query(() => TimerStats, { description: 'Figures of a timer.' })
  async timerStats(
    @Args('timerId', id) timerId: string,
    @Args('from', { type: () => EpochMs, nullable: true, description: 'Block time from here on; null: all.' })
    from: number | null | undefined,
    @Args('to', { type: () => EpochMs, nullable: true, description: 'Block time before this; null: all.' })
    to: number | null | undefined,
  ): Promise<StatsPicture> {
    const stats = await this.history.timerStats(timerId, from ?? null, to ?? null);
    if (stats.buys + stats.sells === 0) await this.assertKnown(timerId);
    return statsPicture(timerId, stats);
  }

  /** An empty answer about a timer that does not exist is a mistake of the caller; a deleted one keeps its history. */
  private async assertKnown(id: string): Promise<void> {
    if ((await this.timers.current(id)) !== null || (await this.history.knows(id))) return;
    throw new PublicError('NOT_FOUND', `there is no timer "${id}"`);
  }

  private async known<Page extends { readonly nodes: readonly unknown[] }>(
    id: string,
    page: Page,
  ): Promise<Page> {
    if (page.nodes.length === 0) await this.assertKnown(id);
    return page;
  }
}
