import type Redis from 'ioredis';
import { entriesOfClaim, entriesOfRead } from './read-stream';
import type { Sender, StreamEntry } from './read-stream';
import { watchKeys } from './watch.keys';

const GROUP = 'watcher';
/** Bodies beyond this push out the oldest; the sweep of the lists finds what they held. */
const MAX_BODIES = 2_000;
const BLOCK_MS = 1_000;
const UNKNOWN: Sender = { requestId: null, traceparent: null };

/** A body on its way into the inbox. */
interface Put {
  readonly body: string | Buffer;
  readonly sender: Sender;
  readonly resolve: (share: number) => void;
  readonly reject: (err: unknown) => void;
}

/** Webhook bodies between the instance that received them and the leader. */
export class InboxStore {
  private readonly key: string;
  private puts: Put[] = [];

  /** @param redis - a connection whose commands fail soon while Redis is away */
  constructor(
    private readonly redis: Redis,
    keyPrefix: string,
  ) {
    this.key = watchKeys(keyPrefix).inbox;
  }

  /** Puts a body at the end. @returns the share of the room that is taken, from 0 to 1. @throws while Redis is away */
  put(body: string | Buffer, sender: Sender = UNKNOWN): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.puts.push({ body, sender, resolve, reject }) === 1) setImmediate(() => void this.flush());
    });
  }

  /** What came in one turn of the loop goes out in one write: in a storm, writing is what costs most. */
  private async flush(): Promise<void> {
    const puts = this.puts;
    this.puts = [];
    const pipeline = this.redis.pipeline();
    for (const { body, sender } of puts)
      pipeline.xadd(this.key, 'MAXLEN', '~', MAX_BODIES, '*', 'body', body, ...fieldsOf(sender));
    try {
      const replies = (await pipeline.xlen(this.key).exec()) ?? [];
      const share = Math.min(1, Number(replies[puts.length]?.[1]) / MAX_BODIES);
      for (const [index, put] of puts.entries()) {
        const failure = replies[index]?.[0] ?? null;
        if (failure === null) put.resolve(share);
        else put.reject(failure);
      }
    } catch (err) {
      for (const put of puts) put.reject(err);
    }
  }

  /** Makes the group of readers where there is none. */
  async prepare(): Promise<void> {
    await this.redis.xgroup('CREATE', this.key, GROUP, '0', 'MKSTREAM').catch((err: unknown) => {
      if (!(err instanceof Error && err.message.startsWith('BUSYGROUP'))) throw err;
    });
  }

  /** Takes over what an earlier leader read and did not finish; none is left where the answer is empty. */
  async takeOver(consumer: string, count: number): Promise<readonly StreamEntry[]> {
    let next = '0-0';
    do {
      const reply = await this.redis.xautoclaim(this.key, GROUP, consumer, 0, next, 'COUNT', count);
      const claimed = entriesOfClaim(reply);
      if (claimed.entries.length > 0) return claimed.entries;
      next = claimed.next;
    } while (next !== '0-0');
    return [];
  }

  /** New bodies, waiting up to a second for the first. @param blocking - a connection of the reader's own */
  async read(blocking: Redis, consumer: string, count: number): Promise<readonly StreamEntry[]> {
    const from = ['STREAMS', this.key, '>'] as const;
    return entriesOfRead(
      await blocking.xreadgroup('GROUP', GROUP, consumer, 'COUNT', count, 'BLOCK', BLOCK_MS, ...from),
    );
  }

  /** Bodies are dealt with: nobody needs them any more. */
  async done(ids: readonly string[]): Promise<void> {
    await this.redis
      .multi()
      .xack(this.key, GROUP, ...ids)
      .xdel(this.key, ...ids)
      .exec();
  }
}

function fieldsOf({ requestId, traceparent }: Sender): string[] {
  return [
    ...(requestId === null ? [] : ['requestId', requestId]),
    ...(traceparent === null ? [] : ['traceparent', traceparent]),
  ];
}
