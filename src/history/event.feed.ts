import { Logger } from '@nestjs/common';
import type { RedisService } from '../platform/redis/redis.service';
import { pause, pauseMs } from './backoff';
import { parseChange } from './change.parser';
import type { ParsedChange } from './change.parser';
import { GroupReader } from './group.reader';
import { HISTORIAN_PACE } from './history.options';
import type { HistorianPace, HistoryOptions } from './history.options';
import { isRowError } from './postgres.problem';
import type { StreamEntry } from './stream.entry';
import { forgetConsumers } from './stream.trimmer';
import { TimerStreams } from './timer.streams';

/** Takes changes, in order for each timer; it throws to get them again. */
export type FeedTake = (changes: readonly ParsedChange[], signal: AbortSignal) => Promise<void>;

const STOP_GRACE_MS = 2_000;

/** One consumer of one group over the streams of all timers. */
export class EventFeed {
  private readonly log = new Logger('history');
  private readonly stopped = new AbortController();
  private readonly closed = new AbortController();
  private readonly pace: HistorianPace;
  private readonly streams: TimerStreams;
  private running: Promise<void> = Promise.resolve();
  private close: () => void = () => undefined;
  private isOwnDue = true;
  private claimDueAt = 0;

  constructor(
    private readonly redis: Pick<RedisService, 'commands' | 'connectBlocking' | 'keyPrefix'>,
    private readonly group: string,
    private readonly options: HistoryOptions,
    private readonly take: FeedTake,
  ) {
    this.pace = { ...HISTORIAN_PACE, ...options.pace };
    this.streams = new TimerStreams(redis.keyPrefix, group);
  }

  /** Begins to read. */
  start(): void {
    const blocking = this.redis.connectBlocking(`feed-${this.group}`);
    // what was sent over a connection that broke is delivered but unread
    blocking.on('ready', () => (this.isOwnDue = true));
    this.close = () => {
      blocking.disconnect();
      this.closed.abort();
    };
    const connections = { blocking, commands: this.redis.commands, closed: this.closed.signal };
    const reader = new GroupReader(connections, this.streams, this.options.instanceId, this.pace);
    this.running = this.loop(reader);
  }

  /** Ends after the batch under way, or without it. */
  async stop(): Promise<void> {
    this.stopped.abort();
    const limit = setTimeout(this.close, this.pace.blockMs + STOP_GRACE_MS);
    await this.running;
    clearTimeout(limit);
    this.close();
  }

  private async loop(reader: GroupReader): Promise<void> {
    const { signal } = this.stopped;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.pass(reader);
        failures = 0;
      } catch (err) {
        if (this.isStopped) return;
        if (failures === 0) this.log.warn({ message: 'event feed interrupted', group: this.group, err });
        this.isOwnDue = true;
        await this.streams.restoreGroups(this.redis.commands).catch(() => undefined);
        await pause(pauseMs(failures), signal);
        failures += 1;
      }
    }
  }

  private get isStopped(): boolean {
    return this.stopped.signal.aborted;
  }

  private async pass(reader: GroupReader): Promise<void> {
    const { signal } = this.stopped;
    await this.streams.refresh(this.redis.commands);
    if (this.isOwnDue) await this.takeOwn(reader);
    if (performance.now() >= this.claimDueAt) await this.takeOver(reader);
    if (signal.aborted) return;
    if (this.streams.all().length === 0) await pause(this.pace.blockMs, signal);
    else await this.work(reader, await reader.readNew());
  }

  private async takeOwn(reader: GroupReader): Promise<void> {
    this.isOwnDue = false;
    for (const stream of this.streams.all()) {
      let entries = await reader.readOwn(stream, '0');
      for (let last = entries.at(-1); last !== undefined; last = entries.at(-1)) {
        await this.work(reader, entries);
        entries = await reader.readOwn(stream, last.id);
      }
    }
  }

  private async takeOver(reader: GroupReader): Promise<void> {
    this.claimDueAt = performance.now() + this.pace.claimEveryMs;
    for (const stream of this.streams.all()) {
      await this.work(reader, await reader.claim(stream));
      await forgetConsumers(this.redis.commands, stream, this.group);
    }
  }

  private async work(reader: GroupReader, entries: readonly StreamEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const changes = entries.map((entry) => this.read(entry)).filter((change) => change !== null);
    await this.takeAll(changes);
    await reader.acknowledge(entries);
  }

  private async takeAll(changes: readonly ParsedChange[]): Promise<void> {
    const { signal } = this.stopped;
    try {
      await this.take(changes, signal);
    } catch (err) {
      if (!isRowError(err)) throw err;
      // one that its taker can never take must not hold up the others
      if (changes.length > 1) for (const change of changes) await this.takeAll([change]);
      else
        this.log.error({
          message: 'change passed over',
          group: this.group,
          timerId: changes[0]?.timerId,
          err,
        });
    }
  }

  /** What cannot be read is the historian's to set aside and to tell. */
  private read({ json, stream }: StreamEntry): ParsedChange | null {
    if (json === null) return null;
    try {
      return parseChange(json, stream.timerId);
    } catch {
      return null;
    }
  }
}
