import { Inject } from '@nestjs/common';
import { Args, Extensions, ID, Query, Resolver, Subscription } from '@nestjs/graphql';
import { SkipThrottle } from '@nestjs/throttler';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import type { SharedStream } from '../platform/fan-out/shared-stream';
import { SharedClock } from '../platform/redis/shared-clock';
import type { RoundPicture, TimerPicture, TradePicture } from '../timer/domain/picture';
import { LiveTimersService } from '../timer/live-timers.service';
import { EpochMs } from './scalars';
import { Round } from './types/round.type';
import { Timer } from './types/timer.type';
import { Trade } from './types/trade.type';

/** Everybody who asks for the same is served by one execution; a reader that lags behind gets the newest state. */
const NEWEST = { fanOut: 'newest' };
/** The same, with every result kept for a reader that lags behind, up to a bound. */
const EVERY = { fanOut: 'every' };

const id = { type: () => ID, defaultValue: 'global', description: 'Which timer.' };

/** Timers for everybody: what they are now, and what becomes of them. */
@Resolver()
export class TimerResolver {
  constructor(
    private readonly live: LiveTimersService,
    private readonly sharedClock: SharedClock,
    @Inject(ENV) private readonly env: Pick<Env, 'timerUpdateIntervalMs'>,
  ) {}

  @Query(() => Timer, { nullable: true, description: 'One timer; null where there is no such timer.' })
  async timer(@Args('id', id) timerId: string): Promise<TimerPicture | null> {
    return await this.live.now(timerId);
  }

  @Query(() => [Timer], { description: 'All timers, by id.' })
  async timers(): Promise<TimerPicture[]> {
    return await this.live.all();
  }

  @Query(() => EpochMs, { description: 'Shared time now, for estimating the offset of a clock.' })
  clock(): number {
    return this.sharedClock.now();
  }

  @SkipThrottle()
  @Extensions(NEWEST)
  @Subscription(() => Timer, {
    description:
      'The present state at once, then changes (at most ten a second, the newest wins), and a heartbeat every 15 s. Never an older (epoch, revision) than before.',
    resolve: (timer: TimerPicture) => timer,
  })
  async timerUpdated(@Args('id', id) timerId: string): Promise<SharedStream<TimerPicture>> {
    return await this.live.updates(timerId);
  }

  @SkipThrottle()
  @Extensions(NEWEST)
  @Subscription(() => Timer, {
    description: 'The timer every TIMER_UPDATE_INTERVAL, for clients without a clock of their own.',
    resolve: (timer: TimerPicture) => timer,
  })
  async timerTick(@Args('id', id) timerId: string): Promise<SharedStream<TimerPicture>> {
    return await this.live.ticks(timerId, this.env.timerUpdateIntervalMs);
  }

  @SkipThrottle()
  @Extensions(EVERY)
  @Subscription(() => Trade, {
    description: 'Each trade once, at its first commit, counting or not.',
    resolve: (trade: TradePicture) => trade,
  })
  async tradeDetected(@Args('timerId', id) timerId: string): Promise<SharedStream<TradePicture>> {
    return await this.live.trades(timerId);
  }

  @SkipThrottle()
  @Extensions(EVERY)
  @Subscription(() => Round, {
    description: 'Each round as it ends, after the end is durable.',
    resolve: (round: RoundPicture) => round,
  })
  async roundEnded(@Args('timerId', id) timerId: string): Promise<SharedStream<RoundPicture>> {
    return await this.live.ends(timerId);
  }
}
