import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Redis from 'ioredis';
import type { Result } from 'ioredis';
import { watchKeys } from './watch.keys';
import type { WatchKeys } from './watch.keys';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    acquireLease(
      lease: string,
      fencing: string,
      holder: string,
      ttlMs: number,
    ): Result<['acquired' | 'held', number], Context>;
    renewLease(lease: string, holder: string, ttlMs: number): Result<'renewed' | 'lost', Context>;
    releaseLease(lease: string, holder: string): Result<'released' | 'lost', Context>;
  }
}

/** A lease that was granted. */
export interface Lease {
  /** Unique for each grant. */
  readonly holder: string;
  /** Higher than every token granted before. */
  readonly fencingToken: number;
}

/** The expiring right to read the chain: one holder at a time, each with a higher fencing token. */
export class LeaseStore {
  private readonly keys: WatchKeys;

  /**
   * @param redis - a connection whose commands fail soon while Redis is away
   * @param keyPrefix - before every key
   */
  constructor(
    private readonly redis: Redis,
    keyPrefix: string,
  ) {
    this.keys = watchKeys(keyPrefix);
    const script = (name: string): string => readFileSync(join(__dirname, `${name}.lua`), 'utf8');
    redis.defineCommand('acquireLease', { numberOfKeys: 2, lua: script('acquire') });
    redis.defineCommand('renewLease', { numberOfKeys: 1, lua: script('renew') });
    redis.defineCommand('releaseLease', { numberOfKeys: 1, lua: script('release') });
  }

  /** Takes the lease; null while somebody holds it. @throws while Redis cannot be reached */
  async acquire(instanceId: string, ttlMs: number): Promise<Lease | null> {
    const holder = `${instanceId} ${randomUUID()}`;
    const [tag, value] = await this.redis.acquireLease(this.keys.lease, this.keys.fencing, holder, ttlMs);
    return tag === 'acquired' ? { holder, fencingToken: value } : null;
  }

  /** Who has the lease; null: nobody. @throws while Redis cannot be reached */
  async present(): Promise<{ readonly instanceId: string; readonly fencingToken: number } | null> {
    const [holder, fencing] = await this.redis.mget(this.keys.lease, this.keys.fencing);
    if (holder === null || holder === undefined) return null;
    return { instanceId: holder.split(' ')[0] ?? '', fencingToken: Number(fencing ?? 0) };
  }

  /** Whether the lease was ours and lives for another `ttlMs`. @throws while Redis cannot be reached */
  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    return (await this.redis.renewLease(this.keys.lease, lease.holder, ttlMs)) === 'renewed';
  }

  /** Gives the lease back, so that another can take it at once. @throws while Redis cannot be reached */
  async release(lease: Lease): Promise<void> {
    await this.redis.releaseLease(this.keys.lease, lease.holder);
  }
}
