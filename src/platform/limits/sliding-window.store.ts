import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Result } from 'ioredis';
import { RedisService } from '../redis/redis.service';
import type { Quota, Verdict } from './limit-rules';
import { LocalWindow } from './local-window';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    slideWindow(
      expenses: string,
      sum: string,
      ...rest: [windowMs: number, limit: number, cost: number, name: string]
    ): Result<[number, number, number], Context>;
  }
}

/** A record of the throttler; times in seconds, with fractions. */
type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** A client waits no longer than this for Redis. */
const ANSWER_WITHIN_MS = 1_000;
/** After Redis was late it is not asked for this long. */
const LEFT_ALONE_MS = 5_000;
const MAX_REFUSED = 10_000;

interface Refusal {
  readonly quota: Quota;
  readonly cost: number;
  readonly spent: number;
  readonly untilMs: number;
}

/**
 * Counts in windows that slide, shared by all instances and exact. While Redis is away or slow it goes on from what
 * this instance has let pass itself. Who was refused is refused here, without asking Redis, until it can succeed.
 */
@Injectable()
export class SlidingWindowStore implements ThrottlerStorage {
  private readonly local = new LocalWindow();
  private readonly refused = new Map<string, Refusal>();
  private leftAloneUntilMs = 0;

  constructor(private readonly redis: RedisService) {
    redis.commands.defineCommand('slideWindow', {
      numberOfKeys: 2,
      lua: readFileSync(join(__dirname, 'sliding-window.lua'), 'utf8'),
    });
  }

  /** For the throttler's own guard; an expense of 1. */
  async increment(key: string, ttl: number, limit: number): Promise<ThrottlerRecord> {
    const { isAllowed, spent, waitMs } = await this.spend(key, { limit, windowMs: ttl }, 1);
    return {
      totalHits: isAllowed ? spent : spent + 1,
      timeToExpire: Math.ceil(waitMs / 1000),
      isBlocked: !isAllowed,
      timeToBlockExpire: isAllowed ? 0 : waitMs / 1000,
    };
  }

  /** Spends `cost`, if it fits; what costs more than the whole limit costs the whole limit. */
  async spend(client: string, quota: Quota, cost: number): Promise<Verdict> {
    const price = Math.min(cost, quota.limit);
    const known = this.refusalOf(client, quota, price);
    if (known !== null) return known;
    const shared = await this.spendShared(client, quota, price);
    if (shared === null) return this.local.spend(client, quota, price);
    if (shared.isAllowed) this.local.note(client, price);
    else this.keepRefusal(client, quota, price, shared);
    return shared;
  }

  private async spendShared(client: string, quota: Quota, cost: number): Promise<Verdict | null> {
    if (!this.redis.isReady || performance.now() < this.leftAloneUntilMs) return null;
    const key = `${this.redis.keyPrefix}:limit:{${client}}`;
    const { windowMs, limit } = quota;
    const asked = this.redis.commands
      .slideWindow(key, `${key}:sum`, windowMs, limit, cost, randomUUID())
      .catch(() => null);
    const reply = await inTime(asked);
    if (reply === null) {
      this.leftAloneUntilMs = performance.now() + LEFT_ALONE_MS;
      return null;
    }
    const [allowed, spent, waitMs] = reply;
    return { isAllowed: allowed === 1, spent, waitMs };
  }

  private refusalOf(client: string, quota: Quota, cost: number): Verdict | null {
    const known = this.refused.get(client);
    if (known === undefined) return null;
    const waitMs = Math.ceil(known.untilMs - performance.now());
    const isSame = known.quota.limit === quota.limit && known.quota.windowMs === quota.windowMs;
    if (isSame && waitMs > 0) {
      return cost >= known.cost ? { isAllowed: false, spent: known.spent, waitMs } : null;
    }
    this.refused.delete(client);
    return null;
  }

  private keepRefusal(client: string, quota: Quota, cost: number, { spent, waitMs }: Verdict): void {
    this.refused.delete(client);
    this.refused.set(client, { quota, cost, spent, untilMs: performance.now() + waitMs });
    for (const oldest of this.refused.keys()) {
      if (this.refused.size <= MAX_REFUSED) break;
      this.refused.delete(oldest);
    }
  }
}

async function inTime<Reply>(asked: Promise<Reply | null>): Promise<Reply | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, ANSWER_WITHIN_MS, null);
  });
  return await Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
