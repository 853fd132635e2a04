import { PublicError } from '../../platform/public-error';
import type { RoundEnd } from '../domain/timer';
import type { ChangeMessage } from '../domain/timer.events';
import { tradeKey } from '../domain/trade';
import type { FoldedTrade } from '../domain/trade';
import type { Feed, FeedListener, Feeds, Sight } from './feed';
import { LiveStream } from './live-stream';
import type { StreamHooks } from './live-stream';
import { StatePace } from './state-pace';
import type { Pace } from './state-pace';

/** At most ten states a second, three of them for the ends of bursts; a heartbeat every 15 s. */
export const PUBLIC_PACE: Pace = { perSecond: 10, kept: 3, quietMs: 15, heartbeatMs: 15_000 };

/** What the caller of a stream adds to it. */
export type Dressing<Raw, Item> = Omit<StreamHooks<Raw, Item>, 'closed'>;

const MAX_WAITING = 1_000;
const REMEMBERED_TRADES = 2_000;

/**
 * States of a timer: the present one at once, then changes at the given pace, and heartbeats. Never an older one, and an
 * equal one only as a heartbeat or because it became stale or is so no longer; a reader that is slow gets the newest
 * only. Ends when the timer is deleted.
 *
 * @throws PublicError NOT_FOUND where there is no such timer
 */
export async function openStates<Item>(
  feeds: Feeds,
  id: string,
  dressing: Dressing<Sight, Item>,
  pace: Pace = PUBLIC_PACE,
): Promise<LiveStream<Sight, Item>> {
  const opening = new Opening<Sight, Item>(dressing, () => pacing.stop());
  let last: Sight | null = null;
  const repeat = (): void => {
    last = opening.feed?.sight ?? null;
    if (last !== null) opening.stream.replace(last);
  };
  const pacing = new StatePace(pace, {
    send: () => {
      if (isNews(opening.feed?.sight ?? null, last)) repeat();
    },
    repeat,
    look: () => opening.feed?.look() ?? Promise.resolve(false),
  });
  const stream = await opening.open(feeds, id, {
    changed: () => {
      if (opening.feed !== null) pacing.newer();
    },
  });
  // the feed may have been there before us, with nothing newer to tell
  pacing.newer();
  return stream;
}

function isNews(sight: Sight | null, last: Sight | null): boolean {
  return (
    sight !== null &&
    (last === null ||
      sight.isStale !== last.isStale ||
      sight.view.epoch !== last.view.epoch ||
      sight.view.revision !== last.view.revision)
  );
}

/** The newest state every `everyMs`, for clients without a clock. @throws PublicError NOT_FOUND */
export async function openTicks<Item>(
  feeds: Feeds,
  id: string,
  dressing: Dressing<Sight, Item>,
  everyMs: number,
): Promise<LiveStream<Sight, Item>> {
  const opening = new Opening<Sight, Item>(dressing, () => clearInterval(ticker));
  const tick = (): void => {
    const sight = opening.feed?.sight ?? null;
    if (sight !== null) opening.stream.replace(sight);
  };
  const ticker = setInterval(tick, everyMs);
  const stream = await opening.open(feeds, id, {});
  tick();
  return stream;
}

/**
 * Trades at their first commit, each once; never conflated. A reader of its iterator with 1,000 unread trades fails.
 *
 * @throws PublicError NOT_FOUND where there is no such timer
 */
export async function openTrades<Item>(
  feeds: Feeds,
  id: string,
  dressing: Dressing<FoldedTrade, Item>,
): Promise<LiveStream<FoldedTrade, Item>> {
  const seen = new Set<string>();
  return await openQueue(feeds, id, dressing, ({ trades }) =>
    trades.filter((trade) => {
      const key = tradeKey(trade);
      if (seen.has(key)) return false;
      seen.add(key);
      for (const oldest of seen) {
        if (seen.size <= REMEMBERED_TRADES) break;
        seen.delete(oldest);
      }
      return true;
    }),
  );
}

/** Ends of rounds, in order, each once. @throws PublicError NOT_FOUND where there is no such timer */
export async function openEnds<Item>(
  feeds: Feeds,
  id: string,
  dressing: Dressing<RoundEnd, Item>,
): Promise<LiveStream<RoundEnd, Item>> {
  let last = 0;
  return await openQueue(feeds, id, dressing, ({ ended }) =>
    ended.filter(({ round }) => {
      const isNew = round > last;
      last = Math.max(last, round);
      return isNew;
    }),
  );
}

async function openQueue<Raw, Item>(
  feeds: Feeds,
  id: string,
  dressing: Dressing<Raw, Item>,
  pick: (message: ChangeMessage) => readonly Raw[],
): Promise<LiveStream<Raw, Item>> {
  const opening = new Opening<Raw, Item>(dressing, () => undefined);
  const { stream } = opening;
  return await opening.open(feeds, id, {
    message: (message) => {
      for (const item of pick(message)) {
        if (stream.put(item, MAX_WAITING)) continue;
        stream.finish(
          new PublicError('SERVICE_UNAVAILABLE', 'too slow: 1,000 unread items; subscribe again'),
        );
        return;
      }
    },
  });
}

/** A stream between its making and its first state. */
class Opening<Raw, Item> {
  readonly stream: LiveStream<Raw, Item>;
  feed: Feed | null = null;
  private leave: () => void = () => undefined;

  constructor(dressing: Dressing<Raw, Item>, stop: () => void) {
    this.stream = new LiveStream<Raw, Item>({
      ...dressing,
      closed: () => {
        stop();
        this.leave();
      },
    });
  }

  /** @throws PublicError NOT_FOUND, or what the source throws; then nothing is left open */
  async open(
    feeds: Feeds,
    id: string,
    listener: Omit<FeedListener, 'deleted'>,
  ): Promise<LiveStream<Raw, Item>> {
    try {
      const opened = await feeds.open(id, { ...listener, deleted: () => this.stream.finish(null) });
      if (opened !== null) {
        this.feed = opened.feed;
        this.leave = opened.leave;
        this.stream.serves(1);
        return this.stream;
      }
    } catch (err) {
      await this.stream.return();
      throw err;
    }
    await this.stream.return();
    throw new PublicError('NOT_FOUND', `there is no timer "${id}"`);
  }
}
