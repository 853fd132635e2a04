import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RedisService } from '../platform/redis/redis.service';
import { pause, pauseMs } from './backoff';
import { BatchWriter } from './batch.writer';
import type { HistorianStatus } from './domain/historian';
import { EventRepository } from './event.repository';
import { GroupReader } from './group.reader';
import { HistorianPass } from './historian.pass';
import { HISTORIAN_PACE, HISTORY_OPTIONS } from './history.options';
import type { HistorianPace, HistoryOptions } from './history.options';
import { countUnwritten } from './stream.trimmer';
import { listStreams, TimerStreams } from './timer.streams';

/** A pass is a few reads and batches; one that does not end in this time hangs. */
const PASS_LIMIT_MS = 60_000;
/** Time that a stop leaves to the read under way, beyond its own waiting time. */
const STOP_GRACE_MS = 2_000;

interface Running {
  readonly loop: Promise<void>;
  readonly stop: AbortController;
  /** Gives the blocking connection up, whatever it waits for. */
  readonly close: () => void;
}

/**
 * The historian: takes change records from the streams of all timers, writes them to Postgres, then acknowledges.
 *
 * Any number may run at once; they share the streams, and take over what a dead one left.
 */
@Injectable()
export class StreamConsumer implements OnModuleInit, BeforeApplicationShutdown {
  private readonly log = new Logger('history');
  private readonly pace: HistorianPace;
  private readonly writer: BatchWriter;
  private running: Running | null = null;
  private pass: HistorianPass | null = null;
  private isReading = true;
  private passBeganAt = 0;

  constructor(
    private readonly redis: RedisService,
    repository: EventRepository,
    @Inject(HISTORY_OPTIONS) private readonly options: HistoryOptions,
  ) {
    this.pace = { ...HISTORIAN_PACE, ...options.pace };
    this.writer = new BatchWriter(repository);
  }

  /** Starts on instances that have the role. */
  onModuleInit(): void {
    if (this.options.isHistorian) this.start();
  }

  /** Stops before the connections of the platform close. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /** Begins to read; does nothing when it runs already. */
  start(): void {
    if (this.running !== null) return;
    const blocking = this.redis.connectBlocking('historian');
    const closed = new AbortController();
    const { streams, pass } = this.equip(blocking, closed.signal);
    // what was sent over a connection that broke is delivered but unread
    blocking.on('ready', () => pass.doubt());
    const stop = new AbortController();
    this.pass = pass;
    this.passBeganAt = performance.now();
    const close = (): void => {
      blocking.disconnect();
      closed.abort();
    };
    this.running = { loop: this.loop(pass, streams, stop.signal), stop, close };
  }

  /** Ends after the batch under way; without Postgres or Redis it gives the batch up, unacknowledged. */
  async stop(): Promise<void> {
    if (this.running === null) return;
    const { loop, stop, close } = this.running;
    stop.abort();
    const limit = setTimeout(close, this.pace.blockMs + STOP_GRACE_MS);
    await loop;
    clearTimeout(limit);
    close();
    this.running = null;
  }

  /** How the writing goes; asks Redis for the lag, and never throws. */
  async status(): Promise<HistorianStatus> {
    const isRunning = this.running !== null;
    const isStuck = this.writer.isBlocked || performance.now() - this.passBeganAt > PASS_LIMIT_MS;
    return {
      isRunning,
      isHealthy: !isRunning || (this.redis.isReady && this.isReading && !isStuck),
      lagEntries: await this.lag().catch(() => null),
      lastCommitAtMs: this.pass?.tally.lastCommitAtMs ?? null,
      mismatches: this.pass?.tally.mismatches ?? 0,
      setAside: this.pass?.tally.setAside ?? 0,
    };
  }

  /** Entries of all timers that are not in Postgres yet. @throws when Redis cannot be asked */
  async lag(): Promise<number> {
    const streams = await listStreams(this.redis.commands, this.redis.keyPrefix);
    const counts = await Promise.all(streams.map((stream) => countUnwritten(this.redis.commands, stream)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  private equip(blocking: Redis, closed: AbortSignal): { streams: TimerStreams; pass: HistorianPass } {
    const { commands, keyPrefix } = this.redis;
    const { instanceId, eventsTtlSec } = this.options;
    const streams = new TimerStreams(keyPrefix);
    const reader = new GroupReader({ blocking, commands, closed }, streams, instanceId, this.pace);
    const pass = new HistorianPass({
      commands,
      streams,
      reader,
      writer: this.writer,
      pace: this.pace,
      eventsTtlSec,
    });
    return { streams, pass };
  }

  private async loop(pass: HistorianPass, streams: TimerStreams, signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      this.passBeganAt = performance.now();
      try {
        await pass.run(signal);
        failures = 0;
        this.isReading = true;
      } catch (err) {
        await this.recover(err, streams, signal, failures);
        failures += 1;
      }
    }
  }

  private async recover(
    err: unknown,
    streams: TimerStreams,
    signal: AbortSignal,
    failures: number,
  ): Promise<void> {
    if (signal.aborted) return;
    if (failures === 0) this.log.warn({ message: 'history reading interrupted', err });
    this.isReading = false;
    this.pass?.doubt();
    if (isGroupMissing(err)) await streams.restoreGroups(this.redis.commands).catch(() => undefined);
    await pause(pauseMs(failures), signal);
  }
}

function isGroupMissing(err: unknown): boolean {
  return err instanceof Error && err.message.startsWith('NOGROUP');
}
