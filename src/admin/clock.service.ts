import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { RedisService } from '../platform/redis/redis.service';
import { SharedClock } from '../platform/redis/shared-clock';
import { adminKeys } from './admin.keys';

/** How long a confirmation stands for instances that did not hear of it. */
const STANDS_FOR_MS = 60_000;
const LOOK_EVERY_MS = 1_000;

/**
 * An administrator's word that the shared clock is right after a step, for all instances: told at once, and kept for a
 * minute for those that did not hear it.
 */
@Injectable()
export class ClockService implements OnModuleInit, OnModuleDestroy {
  private readonly keys: ReturnType<typeof adminKeys>;
  private readonly log = new Logger('admin');
  private subscription: Promise<number> | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly redis: RedisService,
    private readonly clock: SharedClock,
  ) {
    this.keys = adminKeys(redis.keyPrefix);
  }

  onModuleInit(): void {
    this.subscription = this.redis.pubSub.subscribe(this.keys.clockChannel, () => void this.take());
    this.subscription.catch((err: unknown) => this.log.warn({ message: 'clock not heard', err }));
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    const id = await this.subscription?.catch(() => null);
    if (typeof id === 'number') this.redis.unfollow(id);
  }

  /** Confirms the present TIME for all instances. @throws what ioredis throws while Redis is away */
  async confirm(): Promise<void> {
    await this.clock.sync();
    const redisMs = Math.floor(await this.redis.readTimeMs());
    await this.redis.commands.set(this.keys.clockConfirmed, redisMs, 'PX', STANDS_FOR_MS);
    await this.take();
    await this.redis.pubSub.publish(this.keys.clockChannel, 'confirmed');
  }

  private async look(): Promise<void> {
    if (!this.clock.isSuspect || !this.redis.isReady) return;
    try {
      const mark = await this.redis.commands.get(this.keys.clockConfirmed);
      const sinceMs = (await this.redis.readTimeMs()) - Number(mark ?? Number.NaN);
      // another step may have come since: only the time that was confirmed, going on, is taken
      if (sinceMs >= 0 && sinceMs <= STANDS_FOR_MS) await this.take();
    } catch (err) {
      this.log.debug({ message: 'clock confirmation not looked up', err });
    }
  }

  private async take(): Promise<void> {
    await this.clock.sync().catch(() => undefined);
    this.clock.confirm();
  }
}
