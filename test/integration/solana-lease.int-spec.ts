import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { LeaderService } from '../../src/solana/leader.service';
import type { LeaseTimes } from '../../src/solana/lease.term';
import { LeaseStore } from '../../src/solana/redis/lease.store';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnRedis } from '../support/own-servers';
import { testRedis } from '../support/servers';
import type { TestRedis } from '../support/servers';

const TIMES: LeaseTimes = { ttlMs: 2_400, marginMs: 800, retryMs: 30 };

/** One instance that competes; it tells when it leads and when it must stop. */
class Candidate implements AsyncDisposable {
  readonly terms: { token: number; signal: AbortSignal; startedAtMs: number }[] = [];
  private readonly redis: Redis;
  private readonly leader: LeaderService;
  private waiting: (() => void)[] = [];

  constructor(url: string, keyPrefix: string, name: string, times = TIMES) {
    this.redis = new Redis(url, { maxRetriesPerRequest: 1, retryStrategy: () => 50 });
    this.redis.on('error', () => undefined);
    this.leader = new LeaderService(new LeaseStore(this.redis, keyPrefix), name, times);
  }

  start(): this {
    this.leader.start(async (signal, token) => {
      this.terms.push({ token, signal, startedAtMs: performance.now() });
      for (const tell of this.waiting.splice(0)) tell();
      if (!signal.aborted) await once(signal, 'abort');
    });
    return this;
  }

  get isLeader(): boolean {
    return this.leader.isLeader;
  }

  /** The term of that number, from 0, once it has begun. */
  async term(number: number): Promise<{ token: number; signal: AbortSignal; startedAtMs: number }> {
    for (;;) {
      const found = this.terms[number];
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  async stop(): Promise<void> {
    await this.leader.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.redis.disconnect();
  }
}

describe('the lease', () => {
  const check = watchOpenHandles();
  let redis: TestRedis;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    redis = await testRedis();
  });

  afterAll(async () => {
    await redis.close();
    await check();
  });

  const prefixOf = (name: string): string => `${redis.keyPrefix}:${name}`;

  it('lets one of two lead, and hands over at once when it stops', async () => {
    const slow = { ...TIMES, ttlMs: 20_000 };
    await using first = new Candidate(redis.url, prefixOf('hand'), 'a', slow).start();
    const { token } = await first.term(0);
    await using second = new Candidate(redis.url, prefixOf('hand'), 'b', slow).start();
    const stoppedAtMs = performance.now();
    await first.stop();
    const next = await second.term(0);
    expect(next.startedAtMs - stoppedAtMs).toBeLessThan(1_000);
    expect(next.token).toBeGreaterThan(token);
    expect([first.isLeader, second.isLeader]).toEqual([false, true]);
  });

  it('is held past its TTL while it is renewed', async () => {
    await using first = new Candidate(redis.url, prefixOf('held'), 'a').start();
    const { signal, token } = await first.term(0);
    await using store = new Candidate(redis.url, prefixOf('held'), 'b').start();
    const until = performance.now() + 2 * TIMES.ttlMs;
    await eventually(
      async () => expect(await redis.client.pttl(`${prefixOf('held')}:{lease}:holder`)).toBeGreaterThan(0),
      () => performance.now() > until,
    );
    expect(signal.aborted).toBe(false);
    expect(store.terms).toEqual([]);
    expect(first.terms.map((term) => term.token)).toEqual([token]);
  });

  it('falls to another within its TTL when its holder is dead', async () => {
    const store = new LeaseStore(redis.client, prefixOf('dead'));
    const dead = await store.acquire('dead', TIMES.ttlMs);
    const diedAtMs = performance.now();
    await using heir = new Candidate(redis.url, prefixOf('dead'), 'heir').start();
    const { token, startedAtMs } = await heir.term(0);
    expect(startedAtMs - diedAtMs).toBeLessThan(TIMES.ttlMs + 2_000);
    expect(token).toBeGreaterThan(dead?.fencingToken ?? Infinity);
    expect(dead === null ? true : await store.renew(dead, 1_000)).toBe(false);
  });

  it('ends the work on the first renewal that finds another holder', async () => {
    await using first = new Candidate(redis.url, prefixOf('lost'), 'a').start();
    const { signal } = await first.term(0);
    await redis.client.set(`${prefixOf('lost')}:{lease}:holder`, 'somebody else', 'PX', 1_600);
    await once(signal, 'abort');
    expect(await redis.client.get(`${prefixOf('lost')}:{lease}:holder`)).not.toMatch(/^a /);
    expect((await first.term(1)).token).toBeGreaterThan(1);
  });

  it('ends the work before the TTL when Redis does not answer, and leads again later', async () => {
    await using own = await startOwnRedis();
    const candidate = new Candidate(own.url, 'frozen', 'a').start();
    const { signal, token } = await candidate.term(0);
    own.freeze();
    const frozenAtMs = performance.now();
    await once(signal, 'abort');
    expect(performance.now() - frozenAtMs).toBeLessThan(TIMES.ttlMs);
    own.thaw();
    expect((await candidate.term(1)).token).toBeGreaterThan(token);
    await candidate[Symbol.asyncDispose]();
  });

  it('ends the work when Redis is gone, and stops without it', async () => {
    await using own = await startOwnRedis();
    const candidate = new Candidate(own.url, 'gone', 'a').start();
    const { signal } = await candidate.term(0);
    await own.stop();
    await once(signal, 'abort');
    await candidate[Symbol.asyncDispose]();
    expect(candidate.isLeader).toBe(false);
  });
});
