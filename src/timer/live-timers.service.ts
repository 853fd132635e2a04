import { Injectable } from '@nestjs/common';
import type { SharedStream } from '../platform/fan-out/shared-stream';
import { SharedClock } from '../platform/redis/shared-clock';
import { roundPicture, timerPicture, tradePicture } from './domain/picture';
import type { RoundPicture, TimerPicture, TradePicture } from './domain/picture';
import { TimerService } from './timer.service';
import type { TimerSnapshot } from './timer.service';
import { Feeds } from './live/feed';
import type { Sight } from './live/feed';
import { openEnds, openStates, openTicks, openTrades } from './live/fan-out';
import type { Dressing } from './live/fan-out';
import { Reach } from './live/reach';
import { ViewersService } from './live/viewers';

/**
 * Timers as the public sees them, once or continually. A stream serves one reader as an iterator, or any number through
 * `push`; ending it leaves at once.
 */
@Injectable()
export class LiveTimersService {
  private readonly feeds: Feeds;

  constructor(
    private readonly timers: TimerService,
    private readonly clock: SharedClock,
    reach: Reach,
    private readonly viewers: ViewersService,
  ) {
    this.feeds = new Feeds({
      current: (id) => timers.current(id),
      listen: (id, listener) => timers.listen(id, listener),
      get isReachable() {
        return reach.isReachable;
      },
      onTurn: (listener) => reach.onTurn(listener),
    });
  }

  /** Subscribers of a timer over all instances, as far as known. */
  viewersOf(id: string): number {
    return this.viewers.count(id);
  }

  /** One timer now; null where there is none. @throws what TimerService.current throws */
  async now(id: string): Promise<TimerPicture | null> {
    const snapshot = await this.timers.current(id);
    return snapshot === null ? null : this.pictureOf(snapshot);
  }

  /** All timers now, by id. */
  async all(): Promise<TimerPicture[]> {
    return (await this.timers.list()).map((snapshot) => this.pictureOf(snapshot));
  }

  /** The public form of a snapshot. */
  pictureOf(snapshot: TimerSnapshot): TimerPicture {
    const { view, nowMs, isStale } = snapshot;
    return timerPicture(view, { nowMs, isStale, viewers: this.viewers.count(view.id) });
  }

  /** Present state, changes and heartbeats. @throws PublicError NOT_FOUND */
  async updates(id: string): Promise<SharedStream<TimerPicture>> {
    return await openStates(this.feeds, id, this.watched(id));
  }

  /** The state every `everyMs`. @throws PublicError NOT_FOUND */
  async ticks(id: string, everyMs: number): Promise<SharedStream<TimerPicture>> {
    return await openTicks(this.feeds, id, this.watched(id), everyMs);
  }

  /** Trades at their first commit. @throws PublicError NOT_FOUND */
  async trades(id: string): Promise<SharedStream<TradePicture>> {
    return await openTrades(this.feeds, id, { map: (trade) => tradePicture(id, trade) });
  }

  /** Rounds as they end. @throws PublicError NOT_FOUND */
  async ends(id: string): Promise<SharedStream<RoundPicture>> {
    return await openEnds(this.feeds, id, { map: roundPicture });
  }

  /** Counts the readers as viewers and stamps what they read when it is made, with times that only rise. */
  private watched(id: string): Dressing<Sight, TimerPicture> {
    const audience = this.viewers.audience(id);
    let lastMs = 0;
    return {
      serves: audience,
      map: ({ view, isStale }) => {
        lastMs = Math.max(this.clock.now(), lastMs + 1);
        return timerPicture(view, { nowMs: lastMs, isStale, viewers: this.viewers.count(id) });
      },
    };
  }
}
