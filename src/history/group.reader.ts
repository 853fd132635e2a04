import type { Redis } from 'ioredis';
import type { HistorianPace } from './history.options';
import { listOf, readEntries, readReply, textOf } from './stream.entry';
import type { StreamEntry, TimerStream } from './stream.entry';
import type { TimerStreams } from './timer.streams';

/** A read that is answered this much too late sits on a dead connection. */
const LATE_ANSWER_MS = 5_000;

/** Entries kept of what was set aside, per timer. */
const MAX_POISON_ENTRIES = 10_000;

/** The connections of one consumer: reads block on their own, all else fails fast. */
export interface GroupConnections {
  readonly blocking: Redis;
  readonly commands: Redis;
  /** Aborted when nobody waits for the blocking connection any more. */
  readonly closed: AbortSignal;
}

/** One consumer of a group over all streams. */
export class GroupReader {
  constructor(
    private readonly redis: GroupConnections,
    private readonly streams: TimerStreams,
    private readonly consumer: string,
    private readonly pace: HistorianPace,
  ) {}

  /** New entries of all streams; waits a little when there are none. @throws also when the connections are closed */
  async readNew(): Promise<StreamEntry[]> {
    const { blockMs } = this.pace;
    const watchdog = setTimeout(() => this.redis.blocking.disconnect(true), blockMs + LATE_ANSWER_MS);
    try {
      const keys = this.streams.all().map(({ key }) => key);
      return await this.unlessClosed(this.read(this.redis.blocking, ['BLOCK', blockMs], keys, '>'));
    } finally {
      clearTimeout(watchdog);
    }
  }

  /** Entries that this consumer was given before and has not acknowledged, behind `afterId`. */
  async readOwn(stream: TimerStream, afterId: string): Promise<StreamEntry[]> {
    return await this.read(this.redis.commands, [], [stream.key], afterId);
  }

  /** Takes over what any consumer has held for too long; at most one batch per stream. */
  async claim(stream: TimerStream): Promise<StreamEntry[]> {
    const { claimIdleMs, batchSize } = this.pace;
    const reply = await this.redis.commands.call(
      'XAUTOCLAIM',
      ...[stream.key, this.streams.group, this.consumer, claimIdleMs, '0', 'COUNT', batchSize],
    );
    const [, entries, gone = []] = listOf(reply);
    const lost = listOf(gone).map((id): StreamEntry => ({
      stream,
      id: textOf(id),
      json: null,
      isGone: true,
    }));
    return [...readEntries(stream, entries), ...lost];
  }

  /**
   * How long others have held entries of the stream that come before `id`, ms; empty where they hold none. What they
   * were given more than once is left out: it may never be written.
   */
  async heldBefore(stream: TimerStream, id: string): Promise<readonly number[]> {
    const reply = await this.redis.commands.xpending(
      stream.key,
      this.streams.group,
      '-',
      `(${id}`,
      this.pace.batchSize,
    );
    return listOf(reply).flatMap((row) => {
      const [, consumer, idleMs, deliveries] = listOf(row);
      return consumer === this.consumer || deliveries !== 1 ? [] : [Number(idleMs)];
    });
  }

  /** Tells Redis that the entries are in Postgres. */
  async acknowledge(entries: readonly StreamEntry[]): Promise<void> {
    for (const key of new Set(entries.map(({ stream }) => stream.key))) {
      const ids = entries.filter(({ stream }) => stream.key === key).map(({ id }) => id);
      await this.redis.commands.xack(key, this.streams.group, ...ids);
    }
  }

  /** How often an entry was delivered so far; 0 where it is acknowledged. */
  async deliveriesOf(entry: StreamEntry): Promise<number> {
    const { stream, id } = entry;
    const [row] = listOf(await this.redis.commands.xpending(stream.key, this.streams.group, id, id, 1));
    const deliveries = row === undefined ? 0 : listOf(row)[3];
    return typeof deliveries === 'number' ? deliveries : 0;
  }

  /** Moves an entry into the poison stream and acknowledges it, both or none. */
  async setAside(entry: StreamEntry, problem: string): Promise<void> {
    const { stream, id, json } = entry;
    const results = await this.redis.commands
      .multi()
      .xadd(
        stream.poisonKey,
        'MAXLEN',
        '~',
        MAX_POISON_ENTRIES,
        '*',
        'entry',
        id,
        'problem',
        problem,
        'change',
        json ?? '',
      )
      .xack(stream.key, this.streams.group, id)
      .exec();
    const failure = results?.find(([err]) => err !== null)?.[0];
    if (failure) throw failure;
  }

  // a client that is closed between two attempts to connect never settles what it was asked
  private async unlessClosed<Answer>(asked: Promise<Answer>): Promise<Answer> {
    const { closed } = this.redis;
    const answered = new AbortController();
    const closing = new Promise<never>((_resolve, reject) => {
      const refuse = (): void => reject(new Error('the connections were closed'));
      closed.addEventListener('abort', refuse, { signal: answered.signal });
    });
    return await Promise.race([asked, closing]).finally(() => answered.abort());
  }

  private async read(
    client: Redis,
    options: readonly (string | number)[],
    keys: readonly string[],
    id: string,
  ): Promise<StreamEntry[]> {
    const reply = await client.call(
      'XREADGROUP',
      ...['GROUP', this.streams.group, this.consumer, 'COUNT', this.pace.batchSize, ...options],
      ...['STREAMS', ...keys, ...keys.map(() => id)],
    );
    return readReply(reply, (key) => this.streams.byKey(key));
  }
}
