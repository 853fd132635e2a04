import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { RedisService } from '../platform/redis/redis.service';
import { parseMessage } from './parse-message';
import { settingsKeys } from './settings.keys';
import type { SettingsKeys } from './settings.keys';
import type { StoredSettings } from './settings.record';

/**
 * The copy in Redis and the messages about new versions. Nothing here is the truth and nothing throws: what fails is
 * made good by the next look at Postgres.
 */
@Injectable()
export class SettingsCache implements OnModuleDestroy {
  private readonly keys: SettingsKeys;
  private readonly ttlSec: number;
  private readonly log = new Logger('settings');
  private subscription: number | null = null;

  constructor(
    private readonly redis: RedisService,
    @Inject(ENV) env: Pick<Env, 'redisSettingsTtlSec'>,
  ) {
    this.keys = settingsKeys(redis.keyPrefix);
    this.ttlSec = env.redisSettingsTtlSec;
  }

  /** The newest version that was kept; null where none is, or Redis does not answer in time. */
  async recall(limitMs: number): Promise<StoredSettings | null> {
    const asked = this.redis.commands.get(this.keys.cache).catch(() => null);
    const late = new Promise<null>((resolve) => setTimeout(resolve, limitMs, null).unref());
    const text = await Promise.race([asked, late]);
    return text === null ? null : this.parse(text);
  }

  /** Keeps a version for REDIS_SETTINGS_TTL. */
  async keep(stored: StoredSettings): Promise<void> {
    await this.redis.commands
      .set(this.keys.cache, JSON.stringify(stored), 'EX', this.ttlSec)
      .catch((err: unknown) => this.log.debug({ message: 'settings not cached', err }));
  }

  /** Tells every instance of a new version. */
  async tell(stored: StoredSettings): Promise<void> {
    await this.redis.pubSub
      .publish(this.keys.channel, stored)
      .catch((err: unknown) => this.log.debug({ message: 'settings not published', err }));
  }

  /** Calls `hear` with each version that is told, and `reconnected` whenever messages may have been missed. */
  listen(hear: (stored: StoredSettings) => void, reconnected: () => void): void {
    this.redis.pubSub.getSubscriber().on('ready', reconnected);
    this.redis.pubSub
      .subscribe<unknown>(this.keys.channel, (payload) => {
        const stored = this.parse(payload);
        if (stored !== null) hear(stored);
      })
      .then(
        (id) => {
          this.subscription = id;
          reconnected();
        },
        (err: unknown) => this.log.warn({ message: 'settings channel not followed', err }),
      );
  }

  onModuleDestroy(): void {
    if (this.subscription !== null) this.redis.unfollow(this.subscription);
  }

  private parse(payload: unknown): StoredSettings | null {
    try {
      return parseMessage(payload);
    } catch (err) {
      this.log.error({ message: 'settings message refused', err });
      return null;
    }
  }
}
