import type Redis from 'ioredis';
import { watchKeys } from '../redis/watch.keys';
import type { Registration, RegistrationKeeping } from './registration';

/** Keeps the registration in Redis. It throws while Redis cannot be reached; what is not ours counts as none. */
export class RegistrationStore implements RegistrationKeeping {
  private readonly key: string;

  /** @param redis - a connection whose commands fail soon while Redis is away */
  constructor(
    private readonly redis: Redis,
    keyPrefix: string,
  ) {
    this.key = watchKeys(keyPrefix).registration;
  }

  async get(): Promise<Registration | null> {
    const text = await this.redis.get(this.key);
    if (text === null) return null;
    const value = JSON.parse(text) as Partial<Registration> | null;
    return typeof value?.id === 'string' && typeof value.checkedAtMs === 'number'
      ? (value as Registration)
      : null;
  }

  async put(registration: Registration): Promise<void> {
    await this.redis.set(this.key, JSON.stringify(registration));
  }

  async clear(): Promise<void> {
    await this.redis.del(this.key);
  }
}
