import fc from 'fast-check';
import { RedisService } from '../../src/platform/redis/redis.service';
import { TimerStore } from '../../src/timer/redis/timer.store';
import { MemoryTimerStore } from '../support/memory-timer-store';
import type { TimerStorePort } from '../support/memory-timer-store';
import { watchOpenHandles } from '../support/open-handles';
import { testRedis } from '../support/servers';
import type { TestRedis } from '../support/servers';
import { attempt, attempts, create, itKeepsTimers, seen } from '../support/timer-store.contract';

const OPTIONS = { eventsTtlSec: 604_800 };
const noHandlesLeft = watchOpenHandles();

describe('stores of timers', () => {
  let redis: TestRedis;
  let service: RedisService;
  let store: TimerStore;

  beforeAll(async () => {
    redis = await testRedis();
    service = new RedisService({ url: redis.url, keyPrefix: redis.keyPrefix });
    store = new TimerStore(service, OPTIONS);
  });

  afterAll(async () => {
    await service.onApplicationShutdown();
    await redis.close();
    await noHandlesLeft();
  });

  describe('in Redis', () => {
    itKeepsTimers(() => store);
  });

  describe('in memory', () => {
    const memory: TimerStorePort = new MemoryTimerStore(OPTIONS);
    itKeepsTimers(() => memory);
  });

  it('answer and hold the same, whatever several writers try', async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(attempts, async (all) => {
        const id = `both-${(number += 1)}`;
        const memory = new MemoryTimerStore(OPTIONS);
        expect(await create(store, id)).toBe(await create(memory, id));
        for (const one of all) {
          expect(await attempt(memory, id, one)).toBe(await attempt(store, id, one));
          expect(await seen(memory, id)).toEqual(await seen(store, id));
        }
        const keys = Array.from({ length: 40 }, (_, at) => `sig-${at}:0`);
        expect(await memory.known(id, keys)).toEqual(await store.known(id, keys));
      }),
      { numRuns: 60 },
    );
  });
});
