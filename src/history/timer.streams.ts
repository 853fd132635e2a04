import type { Redis } from 'ioredis';
import { timerKeys, timersKey } from '../timer/domain/timer.keys';
import type { TimerStream } from './stream.entry';

/** The consumer group of all historians. */
export const HISTORY_GROUP = 'history';

/** The event streams that are read: those of all timers, and of deleted ones until they are forgotten. */
export class TimerStreams {
  private readonly known = new Map<string, TimerStream>();
  private existing: ReadonlySet<string> = new Set();

  /** @param group - the consumer group that reads them */
  constructor(
    private readonly keyPrefix: string,
    readonly group: string = HISTORY_GROUP,
  ) {}

  all(): readonly TimerStream[] {
    return [...this.known.values()];
  }

  byKey(key: string): TimerStream | undefined {
    return this.known.get(key);
  }

  /** Whether the timer was still in the set of timers at the last refresh. */
  isExisting(stream: TimerStream): boolean {
    return this.existing.has(stream.timerId);
  }

  forget(stream: TimerStream): void {
    this.known.delete(stream.key);
  }

  /** Takes in new timers; their group reads from the first entry on. */
  async refresh(redis: Redis): Promise<void> {
    const streams = await listStreams(redis, this.keyPrefix);
    this.existing = new Set(streams.map(({ timerId }) => timerId));
    for (const stream of streams) {
      if (this.known.has(stream.key)) continue;
      await createGroup(redis, stream, this.group);
      this.known.set(stream.key, stream);
    }
  }

  /** Makes missing groups again, after Redis lost data; streams of deleted timers that are gone are forgotten. */
  async restoreGroups(redis: Redis): Promise<void> {
    for (const stream of this.all()) {
      if (this.isExisting(stream) || (await redis.exists(stream.key)) === 1)
        await createGroup(redis, stream, this.group);
      else this.forget(stream);
    }
  }
}

/** The streams of the timers that exist now. */
export async function listStreams(redis: Redis, keyPrefix: string): Promise<readonly TimerStream[]> {
  const ids = await redis.smembers(timersKey(keyPrefix));
  return ids.map((timerId) => {
    const { events } = timerKeys(keyPrefix, timerId);
    return { timerId, key: events, poisonKey: `${events}:poison` };
  });
}

async function createGroup(redis: Redis, stream: TimerStream, group: string): Promise<void> {
  try {
    await redis.xgroup('CREATE', stream.key, group, '0', 'MKSTREAM');
  } catch (err) {
    const exists = err instanceof Error && err.message.startsWith('BUSYGROUP');
    if (!exists) throw err;
  }
}
