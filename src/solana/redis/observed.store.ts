import type Redis from 'ioredis';
import type { Observed } from '../chain-observer';
import { readObserved } from './read-observed';
import { watchKeys } from './watch.keys';

const LIVES_MS = 30_000;

/** The last observation, shared so that health needs no call to the chain on any instance. */
export class ObservedStore {
  private readonly key: string;

  constructor(
    private readonly redis: Redis,
    keyPrefix: string,
  ) {
    this.key = watchKeys(keyPrefix).observed;
  }

  /** @throws while Redis cannot be reached */
  async put(observed: Observed): Promise<void> {
    await this.redis.set(this.key, JSON.stringify(observed), 'PX', LIVES_MS);
  }

  /** Null where nobody has observed anything for half a minute. @throws while Redis cannot be reached */
  async get(): Promise<Observed | null> {
    return readObserved(await this.redis.get(this.key));
  }
}
