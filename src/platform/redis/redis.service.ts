import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis, RedisOptions } from 'ioredis';
import { PubSubEngine } from './pub-sub.engine';
import { RedisRoute } from './redis.address';

/** Where Redis is, and the prefix of every key; provided by the platform's module. */
export const REDIS_TARGET = Symbol('REDIS_TARGET');

/** @see REDIS_TARGET */
export interface RedisTarget {
  readonly url: string;
  readonly keyPrefix: string;
}

/**
 * The instance's connections to Redis: one for commands, one subscriber for everything that is published, and
 * blocking ones on demand. All reconnect for ever; none throws out of an event handler.
 */
@Injectable()
export class RedisService implements OnApplicationShutdown {
  /** Commands fail after about two seconds while Redis is away; they are not queued for ever. */
  readonly commands: Redis;
  /** The connection over which everything that is published comes in. */
  readonly subscriber: Redis;
  /** Publish and subscribe, with one subscriber connection per instance. */
  readonly pubSub: RedisPubSub;
  /** Before every key; in a cluster with the braces of a hash tag. */
  readonly keyPrefix: string;
  private readonly log = new Logger('redis');
  private readonly clients: Redis[] = [];
  private readonly route: RedisRoute;

  constructor(@Inject(REDIS_TARGET) target: RedisTarget) {
    this.route = new RedisRoute(target.url, target.keyPrefix);
    this.keyPrefix = this.route.keyPrefix;
    this.commands = this.connect('commands', { maxRetriesPerRequest: 1, commandTimeout: 5_000 });
    this.subscriber = this.connect('subscriber', { maxRetriesPerRequest: null, autoResubscribe: true });
    this.pubSub = new PubSubEngine({ publisher: this.commands, subscriber: this.subscriber });
  }

  /** A further connection whose commands may block; it closes with the others. */
  connectBlocking(name: string): Redis {
    return this.connect(name, { maxRetriesPerRequest: null });
  }

  /** Redis `TIME`, epoch ms. @throws when Redis cannot be reached */
  async readTimeMs(): Promise<number> {
    const [seconds, micros] = await this.commands.time();
    return Number(seconds) * 1000 + Number(micros) / 1000;
  }

  /** Whether the command connection is usable right now. */
  get isReady(): boolean {
    return this.commands.status === 'ready';
  }

  /** Ends a subscription of `pubSub`. A connection that is not there has none, and what it would queue could only fail. */
  unfollow(subscription: number): void {
    if (this.subscriber.status === 'ready') this.pubSub.unsubscribe(subscription);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pubSub.close().catch((err: unknown) => {
      this.log.warn({ message: 'pub/sub close failed', err });
    });
    for (const client of this.clients) client.disconnect();
  }

  private connect(name: string, options: RedisOptions): Redis {
    const client = this.route.connect({
      connectionName: `darwin-timer:${name}`,
      connectTimeout: 3_000,
      retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 4), 1_000) * (0.5 + Math.random() / 2),
      ...options,
    });
    let isDown = false;
    client.on('error', (err: Error) => {
      if (!isDown) this.log.warn({ message: 'redis connection lost', connection: name, err: err.message });
      isDown = true;
    });
    client.on('ready', () => {
      if (isDown) this.log.log({ message: 'redis connection restored', connection: name });
      isDown = false;
    });
    this.clients.push(client);
    return client;
  }
}
