import { SharedTallyStore } from '../../src/platform/limits/shared-tally.store';
import { SlidingWindowStore } from '../../src/platform/limits/sliding-window.store';
import { RedisService } from '../../src/platform/redis/redis.service';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnRedis } from '../support/own-servers';
import { testRedis } from '../support/servers';
import type { TestRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const quota = (limit: number, windowMs = 60_000) => ({ limit, windowMs });

describe('the windows of clients', () => {
  const cleanup = new Cleanup();
  let redis: TestRedis;
  let clients = 0;

  beforeAll(async () => {
    redis = cleanup.add(await testRedis(), (it) => it.close());
  });

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  /** What one instance holds of Redis. */
  async function connect(url = redis.url): Promise<RedisService> {
    const service = new RedisService({ url, keyPrefix: redis.keyPrefix });
    cleanup.add(service, (it) => it.onApplicationShutdown());
    await eventually(
      () => service.isReady,
      (isReady) => isReady,
    );
    return service;
  }

  const someClient = (): string => `client ${(clients += 1)}`;

  describe('that are shared exactly', () => {
    it('let two instances that are asked at once spend the limit, and not a point more', async () => {
      const stores = [
        new SlidingWindowStore(await connect()),
        new SlidingWindowStore(await connect()),
      ] as const;
      const client = someClient();
      const asked = Array.from({ length: 90 }, (_, number) => {
        const cost = 1 + (number % 3);
        return stores[number % 2 === 0 ? 0 : 1]
          .spend(client, quota(100), cost)
          .then(({ isAllowed, spent }) => ({ cost: isAllowed ? cost : 0, spent }));
      });
      const answers = await Promise.all(asked);
      const spent = answers.reduce((sum, { cost }) => sum + cost, 0);
      expect([98, 99, 100]).toContain(spent);
      expect(Math.max(...answers.map((answer) => answer.spent))).toBe(spent);
      expect(Number(await redis.client.get(`${redis.keyPrefix}:limit:{${client}}:sum`))).toBe(spent);
    });

    it('let the same pass when it was said, and leave no key behind', async () => {
      const store = new SlidingWindowStore(await connect());
      const client = someClient();
      expect(await store.spend(client, quota(3, 400), 2)).toMatchObject({ isAllowed: true, spent: 2 });
      const refused = await store.spend(client, quota(3, 400), 2);
      expect(refused).toMatchObject({ isAllowed: false, spent: 2 });
      expect(refused.waitMs).toBeGreaterThan(0);
      expect(refused.waitMs).toBeLessThanOrEqual(400);
      expect((await store.spend(client, quota(3, 400), 1)).isAllowed).toBe(true);
      await eventually(
        () => store.spend(client, quota(3, 400), 3),
        ({ isAllowed }) => isAllowed,
      );
      await eventually(
        () => redis.client.keys(`${redis.keyPrefix}:limit:*${client}*`),
        (keys) => keys.length === 0,
      );
    });

    it('take no more than the whole limit for one thing, and know clients apart', async () => {
      const store = new SlidingWindowStore(await connect());
      const [one, other] = [someClient(), someClient()];
      expect(await store.spend(one, quota(5), 80)).toMatchObject({ isAllowed: true, spent: 5 });
      expect((await store.spend(one, quota(5), 1)).isAllowed).toBe(false);
      expect((await store.spend(other, quota(5), 1)).isAllowed).toBe(true);
    });

    it('refuse who was refused without asking Redis, until another limit holds', async () => {
      const store = new SlidingWindowStore(await connect());
      const client = someClient();
      await store.spend(client, quota(2), 2);
      expect((await store.spend(client, quota(2), 1)).isAllowed).toBe(false);
      const calls = async (): Promise<number> => {
        const stats = await redis.client.info('commandstats');
        return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]);
      };
      const before = await calls();
      const refusals = await Promise.all(Array.from({ length: 50 }, () => store.spend(client, quota(2), 1)));
      expect(refusals.filter(({ isAllowed }) => isAllowed)).toEqual([]);
      // other suites share this Redis, but none asks as often in a moment
      expect((await calls()) - before).toBeLessThan(50);
      expect((await store.spend(client, quota(3), 1)).isAllowed).toBe(true);
    });

    it('go on from what was spent while Redis is away, and while it does not answer', async () => {
      await using own = await startOwnRedis();
      const store = new SlidingWindowStore(await connect(own.url));
      const client = someClient();
      for (let count = 0; count < 3; count += 1) await store.spend(client, quota(5), 1);
      own.freeze();
      const startedAtMs = performance.now();
      expect(await store.spend(client, quota(5), 1)).toMatchObject({ isAllowed: true, spent: 4 });
      expect(await store.spend(client, quota(5), 1)).toMatchObject({ isAllowed: true, spent: 5 });
      expect(performance.now() - startedAtMs).toBeLessThan(4_000);
      expect(await store.spend(client, quota(5), 1)).toMatchObject({ isAllowed: false, spent: 5 });
      own.thaw();
      await own.stop();
      expect((await store.spend(client, quota(5), 1)).isAllowed).toBe(false);
      expect((await store.spend(someClient(), quota(5), 1)).isAllowed).toBe(true);
    }, 30_000);
  });

  describe('that are counted at once', () => {
    it('are told the others, so that a client cannot have its limit on each instance', async () => {
      const tallies = [new SharedTallyStore(await connect()), new SharedTallyStore(await connect())] as const;
      const client = someClient();
      const spendOn = (place: 0 | 1, times: number): number =>
        Array.from({ length: times }, () => tallies[place].spend(client, quota(80))).filter(
          ({ isAllowed }) => isAllowed,
        ).length;
      // below an eighth nobody tells
      expect(spendOn(0, 9)).toBe(9);
      await tallies[0].tell();
      expect(await redis.client.exists(`${redis.keyPrefix}:limit:{${client}}:tally`)).toBe(0);
      expect(spendOn(0, 51)).toBe(51);
      await tallies[0].tell();
      expect(spendOn(1, 10)).toBe(10);
      await tallies[1].tell();
      // 60 there, 10 here, of 80
      expect(spendOn(1, 100)).toBe(10);
      await tallies[1].tell();
      await tallies[0].tell();
      expect(spendOn(0, 100)).toBe(0);
    });

    it('count on while Redis is away', async () => {
      await using own = await startOwnRedis();
      const tally = new SharedTallyStore(await connect(own.url));
      const client = someClient();
      await own.stop();
      const verdicts = Array.from({ length: 12 }, () => tally.spend(client, quota(10)).isAllowed);
      await tally.tell();
      expect(verdicts.filter((isAllowed) => isAllowed)).toHaveLength(10);
      expect(tally.spend(client, quota(10)).isAllowed).toBe(false);
    }, 30_000);
  });
});
