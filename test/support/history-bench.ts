import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { EventRepository } from '../../src/history/event.repository';
import type { HistorianPace } from '../../src/history/history.options';
import { HistoryService } from '../../src/history/history.service';
import { StreamConsumer } from '../../src/history/stream.consumer';
import { PostgresReader } from '../../src/platform/postgres/postgres.reader';
import { PostgresService } from '../../src/platform/postgres/postgres.service';
import { RedisService } from '../../src/platform/redis/redis.service';
import type { ChangeRecord } from '../../src/timer/domain/timer.events';
import { timerKeys, timersKey } from '../../src/timer/domain/timer.keys';
import { TIMER } from './history-records';
import { testDatabase, testRedis } from './servers';

/** Fast enough that no test waits for an interval of production. */
const TEST_PACE: HistorianPace = {
  batchSize: 500,
  blockMs: 50,
  claimIdleMs: 200,
  claimEveryMs: 100,
  trimEveryMs: 100,
  maxDeliveries: 5,
};

/** Servers of one test, and historians on them. Dispose it last. */
export class HistoryBench implements AsyncDisposable {
  readonly redis: RedisService;
  readonly postgres: PostgresService;
  readonly reader: PostgresReader;
  private readonly consumers: StreamConsumer[] = [];

  private constructor(
    private readonly target: { url: string; keyPrefix: string },
    readonly postgresUrl: string,
    private readonly closeServers: () => Promise<void>,
  ) {
    this.redis = new RedisService(target);
    this.postgres = new PostgresService(postgresUrl);
    this.reader = new PostgresReader(postgresUrl);
  }

  /** On the run's Redis and a database of its own, or on the servers given; log lines are dropped. */
  static async open(urls: { redis?: string; postgres?: string } = {}): Promise<HistoryBench> {
    Logger.overrideLogger(false);
    const redis = urls.redis === undefined ? await testRedis() : null;
    const database = urls.postgres === undefined ? await testDatabase() : null;
    const keyPrefix = redis?.keyPrefix ?? `test-${randomBytes(6).toString('hex')}`;
    const target = { url: redis?.url ?? urls.redis ?? '', keyPrefix };
    const bench = new HistoryBench(target, database?.url ?? urls.postgres ?? '', async () => {
      await redis?.close();
      await database?.drop();
    });
    await bench.postgres.connect();
    return bench;
  }

  /** Where its Redis is. */
  get redisUrl(): string {
    return this.target.url;
  }

  /** A historian that is not started. */
  historian(
    instanceId = 'historian-1',
    pace: Partial<HistorianPace> = {},
    eventsTtlSec = 3600,
  ): StreamConsumer {
    const options = { instanceId, eventsTtlSec, isHistorian: true, pace: { ...TEST_PACE, ...pace } };
    const consumer = new StreamConsumer(this.redis, new EventRepository(this.postgres), options);
    this.consumers.push(consumer);
    return consumer;
  }

  history(): HistoryService {
    return new HistoryService(this.reader, this.historian());
  }

  /** Keys of a timer's stream. */
  keys(timerId = TIMER): { events: string; poison: string } {
    const { events } = timerKeys(this.target.keyPrefix, timerId);
    return { events, poison: `${events}:poison` };
  }

  /** The connection that the tests write with. */
  get client(): Redis {
    return this.redis.commands;
  }

  /** Appends entries as the commit does, and makes their timers known. */
  async append(...records: readonly ChangeRecord[]): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const record of records) ids.push(await this.appendText(JSON.stringify(record), record.timerId));
    return ids;
  }

  /** Appends an entry whatever it holds. */
  async appendText(change: string, timerId = TIMER): Promise<string> {
    await this.client.sadd(timersKey(this.target.keyPrefix), timerId);
    const id = await this.client.xadd(this.keys(timerId).events, '*', 'change', change);
    if (id === null) throw new Error('Redis gave no id');
    return id;
  }

  /** Delivers entries to a consumer that never acknowledges them. */
  async deliverTo(consumer: string, count: number): Promise<void> {
    const { events } = this.keys();
    await this.client.xgroup('CREATE', events, 'history', '0', 'MKSTREAM').catch(() => undefined);
    await this.client.xreadgroup('GROUP', 'history', consumer, 'COUNT', count, 'STREAMS', events, '>');
  }

  /** How long ago a consumer of the history asked for anything, ms; 0 where there is none of that name. */
  async idleMs(consumer: string): Promise<number> {
    const rows: unknown = await this.client.xinfo('CONSUMERS', this.keys().events, 'history');
    const facts: readonly unknown[] = Array.isArray(rows) ? rows : [];
    const found: readonly unknown[] =
      facts.find((row): row is unknown[] => Array.isArray(row) && row.includes(consumer)) ?? [];
    return Number(found[found.indexOf('idle') + 1] ?? 0);
  }

  /** Resolves when everything that was appended is written and acknowledged. */
  async untilWritten(historian: StreamConsumer): Promise<void> {
    await until('everything is written', async () => (await historian.lag().catch(() => -1)) === 0);
  }

  /** One number of one row, like a count. */
  async count(sql: string): Promise<number> {
    const [row] = await this.postgres.query<{ n: string }>(`select count(*) as n from ${sql}`);
    return Number(row?.n);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.stop()));
    await this.redis.onApplicationShutdown();
    await this.reader.onApplicationShutdown();
    await this.postgres.onApplicationShutdown();
    await this.closeServers();
  }
}

/** Waits for a fact. @throws when it has not come true in time */
export async function until(
  fact: string,
  check: () => Promise<boolean> | boolean,
  withinMs = 20_000,
): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await check())) {
    if (performance.now() > giveUpAt) throw new Error(`did not come true: ${fact}`);
    await delay(10);
  }
}
