import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { RedisService } from '../../platform/redis/redis.service';

/** How soon a silent Redis is noticed; tests shorten it. */
export interface ReachTimes {
  /** Each connection is asked for a sign of life this often. */
  readonly askMs: number;
  /** Without an answer for this long Redis is away. */
  readonly silentMs: number;
  /** Without an answer for this long the connection is made anew: it may lead nowhere. */
  readonly deadMs: number;
}

const TIMES: ReachTimes = { askMs: 1_000, silentMs: 2_000, deadMs: 10_000 };

/**
 * Whether the shared state can be read, and its changes come in. A lost connection is noticed at once, a silent one
 * after two seconds; both are back when an answer has come over each.
 */
@Injectable()
export class Reach implements OnModuleInit, OnModuleDestroy {
  private readonly links: readonly Link[];
  private readonly listeners = new Set<(isReachable: boolean) => void>();
  private timer: NodeJS.Timeout | undefined;
  private wasReachable = false;

  constructor(redis: RedisService) {
    this.links = [redis.commands, redis.subscriber].map(
      (client) => new Link(client, TIMES, () => this.tell()),
    );
  }

  onModuleInit(): void {
    this.timer = setInterval(() => {
      for (const link of this.links) link.check();
    }, TIMES.askMs);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.listeners.clear();
  }

  /** Whether both connections are usable now. */
  get isReachable(): boolean {
    return this.links.every(({ isUp }) => isUp);
  }

  /** Calls `listener` each time Redis went away or is back. Returns how to stop. */
  onTurn(listener: (isReachable: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private tell(): void {
    const { isReachable } = this;
    if (isReachable === this.wasReachable) return;
    this.wasReachable = isReachable;
    for (const listener of [...this.listeners]) listener(isReachable);
  }
}

/** What a link needs of a client of Redis. */
interface LinkClient {
  readonly status: string;
  ping(): Promise<unknown>;
  on(event: 'ready' | 'close', listener: () => void): unknown;
  /** @param reconnect - makes a new connection */
  disconnect(reconnect: boolean): void;
}

/** A connection, and whether anything comes over it. */
export class Link {
  /** Whether it is open and was answered over. */
  isUp = false;
  private isAsked = false;
  private silentSinceMs: number | null = null;

  /** @param changed - called after each change of `isUp` */
  constructor(
    private readonly client: LinkClient,
    private readonly times: ReachTimes,
    private readonly changed: () => void,
  ) {
    // an answer to PING comes after those to the renewed subscriptions: from then on nothing is missed
    client.on('ready', () => this.ask());
    client.on('close', () => {
      this.silentSinceMs = null;
      this.turn(false);
    });
    if (client.status === 'ready') this.ask();
  }

  /** Asks for a sign of life, and judges how long there was none. */
  check(): void {
    if (this.client.status !== 'ready') return;
    if (!this.isAsked) this.ask();
    // the answer may wait unread where it was us who were busy
    else setImmediate(() => this.judge());
  }

  private ask(): void {
    this.isAsked = true;
    this.silentSinceMs ??= performance.now();
    this.client.ping().then(
      () => {
        this.isAsked = false;
        this.silentSinceMs = null;
        this.turn(this.client.status === 'ready');
      },
      () => {
        this.isAsked = false;
      },
    );
  }

  private judge(): void {
    if (this.silentSinceMs === null) return;
    const silentMs = performance.now() - this.silentSinceMs;
    if (silentMs >= this.times.silentMs) this.turn(false);
    if (silentMs < this.times.deadMs) return;
    this.silentSinceMs = null;
    this.client.disconnect(true);
  }

  private turn(isUp: boolean): void {
    if (this.isUp === isUp) return;
    this.isUp = isUp;
    this.changed();
  }
}
