import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import type { Result } from 'ioredis';
import { RedisService } from '../redis/redis.service';
import type { Quota, Verdict } from './limit-rules';
import { LocalWindow } from './local-window';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    reportSpent(
      key: string,
      ...rest: [windowMs: number, instance: string, spent: number]
    ): Result<number, Context>;
  }
}

/** How often the instances tell each other. */
const TELL_EVERY_MS = 250;
/** A client that has spent less than this share of its limit here is not worth telling. */
const WORTH_TELLING = 1 / 8;
/** Clients that are told about at a time; the others wait their turn. */
const MAX_TOLD = 500;
const MAX_KEPT = 10_000;

interface Told {
  quota: Quota;
  elsewhere: number;
}

/**
 * Counts in windows that slide, at once and without asking Redis: each instance decides alone, and four times a second
 * tells the others about the clients that have spent an eighth of their limit here. So over N instances a client can
 * get at most its limit, an eighth of it more for each further instance, and what arrives in a quarter of a second.
 */
@Injectable()
export class SharedTallyStore implements OnModuleInit, OnModuleDestroy {
  private readonly local = new LocalWindow();
  private readonly told = new Map<string, Told>();
  private readonly instance = randomUUID();
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> | null = null;

  constructor(private readonly redis: RedisService) {
    redis.commands.defineCommand('reportSpent', {
      numberOfKeys: 1,
      lua: readFileSync(join(__dirname, 'report-spent.lua'), 'utf8'),
    });
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.tell(), TELL_EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Spends 1, if it fits. */
  spend(client: string, quota: Quota): Verdict {
    const told = this.told.get(client);
    const verdict = this.local.spend(client, quota, 1, told?.elsewhere);
    const isWorthTelling = verdict.spent >= quota.limit * WORTH_TELLING && this.told.size < MAX_KEPT;
    if (told !== undefined) told.quota = quota;
    else if (isWorthTelling) this.told.set(client, { quota, elsewhere: 0 });
    return verdict;
  }

  /** Tells, and learns, now. Does not reject. */
  async tell(): Promise<void> {
    this.telling ??= this.tellOnce().finally(() => (this.telling = null));
    await this.telling;
  }

  private async tellOnce(): Promise<void> {
    const clients = [...this.told].slice(0, MAX_TOLD);
    if (clients.length === 0) return;
    const replies = this.redis.isReady ? await this.report(clients) : null;
    for (const [place, [client, told]] of clients.entries()) {
      const [, elsewhere] = replies?.[place] ?? [];
      if (typeof elsewhere === 'number') told.elsewhere = elsewhere;
      this.told.delete(client);
      // to the end, so that everybody has a turn; who spends nothing here any more is forgotten
      if (this.local.spentBy(client, told.quota.windowMs) > 0) this.told.set(client, told);
    }
  }

  private async report(
    clients: readonly (readonly [string, Told])[],
  ): Promise<[error: Error | null, result: unknown][] | null> {
    const batch = this.redis.commands.pipeline();
    for (const [client, { quota }] of clients) {
      const spent = this.local.spentBy(client, quota.windowMs);
      const key = `${this.redis.keyPrefix}:limit:{${client}}:tally`;
      batch.reportSpent(key, quota.windowMs, this.instance, spent);
    }
    return await batch.exec().catch(() => null);
  }
}
