import { ClockService } from '../../src/admin/clock.service';
import { RedisService } from '../../src/platform/redis/redis.service';
import { SharedClock } from '../../src/platform/redis/shared-clock';
import { bearer, send } from '../support/access-rig';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { RawSocket } from '../support/raw-socket';
import { testDatabase, testRedis } from '../support/servers';
import type { TestRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const INSTANCES =
  'id roles version nodeVersion alive answering leader clockSuspect sockets startedAt lastSeenAt';

/** A time source that can make a step. */
class SteppingTime {
  private readonly startedAtMs = performance.now();
  stepMs = 0;

  readTimeMs(): Promise<number> {
    return Promise.resolve(1_800_000_000_000 + performance.now() - this.startedAtMs + this.stepMs);
  }
}

describe('the status of the deployment', () => {
  const cleanup = new Cleanup();
  let redis: TestRedis;
  let here: ApiRig;
  let servers: Record<string, string>;

  beforeAll(async () => {
    redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    servers = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
    here = cleanup.add(await ApiRig.start({ ...servers, INSTANCE_ID: 'here' }), (it) => it.close());
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  const ask = async (query: string, rig = here): Promise<unknown> => {
    const { data, errors } = await send(rig, query, bearer(ADMIN_SECRET));
    expect(errors).toEqual([]);
    return data;
  };

  it('shows servers, clock, chain, historian and versions', async () => {
    const seen =
      await ask(`{ systemStatus { health problems version environment settingsVersion timers viewers
      redis { health latencyMs problem } postgres { health latencyMs problem }
      clock { health suspect now hostAheadMs }
      chain { kind health pending leader { instanceId } sources { source enabled trust } endpoints { name } }
      historian { health lagEntries mismatches setAside } instances { ${INSTANCES} } } }`);
    expect(seen).toMatchObject({
      systemStatus: {
        health: 'HEALTHY',
        problems: [],
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        environment: 'test',
        settingsVersion: 1,
        timers: 1,
        redis: { health: 'HEALTHY', latencyMs: expect.any(Number), problem: null },
        postgres: { health: 'HEALTHY', latencyMs: expect.any(Number), problem: null },
        clock: { health: 'HEALTHY', suspect: false },
        chain: {
          ...{ kind: 'off', health: 'HEALTHY', pending: 0, leader: null, endpoints: [] },
          sources: [
            { source: 'POLLING', enabled: false, trust: null },
            { source: 'WEBHOOK', enabled: false, trust: null },
            { source: 'WEBSOCKET', enabled: false, trust: null },
          ],
        },
        historian: { health: 'HEALTHY', mismatches: 0, setAside: 0 },
        instances: [{ id: 'here', alive: true, answering: true, leader: false }],
      },
    });
  });

  it('shows every instance with its sockets, one that is lost as silent, and one that stops no more', async () => {
    const there = await ApiRig.start({ ...servers, INSTANCE_ID: 'there', ROLES: 'api' });
    const socket = await RawSocket.ready(there.host);
    const lost = {
      id: 'lost',
      roles: ['watcher'],
      atMs: Date.now() - 60_000,
      startedAtMs: 1,
      isLeader: false,
    };
    await redis.client.hset(`${redis.keyPrefix}:instances`, 'lost', JSON.stringify(lost), 'broken', '{');
    const seen = await eventually(
      () => ask(`{ instances { ${INSTANCES} } systemStatus { problems } }`),
      (data) => /"id":"there"[^}]*"sockets":1/.test(JSON.stringify(data)),
    );
    expect(seen).toEqual({
      instances: [
        expect.objectContaining({ id: 'here', alive: true, answering: true }),
        expect.objectContaining({ id: 'lost', alive: false, answering: false, roles: ['watcher'] }),
        expect.objectContaining({ id: 'there', alive: true, answering: false, roles: ['api'] }),
      ],
      systemStatus: { problems: ['instance lost: is silent'] },
    });
    await socket.close();
    await there.close();
    const later = await ask('{ instances { id } }');
    expect(later).toEqual({ instances: [{ id: 'here' }, { id: 'lost' }] });
    await redis.client.hdel(`${redis.keyPrefix}:instances`, 'lost');
  });

  it('tells subscribers at once, and when something changes', async () => {
    const socket = await RawSocket.ready(here.host, { authorization: `Bearer ${ADMIN_SECRET}` });
    socket.subscribe('1', 'subscription { systemStatusChanged { settingsVersion } }');
    const version = async (): Promise<unknown> => JSON.stringify((await socket.next()).payload);
    expect(await version()).toContain('"settingsVersion":1');
    await ask('mutation { updateMonitoring(input: { mode: ULTRA }) { settings { version } } }');
    let seen = await version();
    while (String(seen).includes('"settingsVersion":1')) seen = await version();
    expect(seen).toContain('"settingsVersion":2');
    await socket.close();
  });

  it('takes the word of an administrator that the clock is right, on every instance', async () => {
    const clocks = [new SteppingTime(), new SteppingTime(), new SteppingTime()].map((time) => ({
      time,
      clock: new SharedClock(time),
    }));
    const server = here.part(RedisService);
    for (const { time, clock } of clocks) {
      await clock.sync();
      time.stepMs = 3_600_000;
      await clock.sync();
      expect(clock.isSuspect).toBe(true);
    }
    const [one, two, late] = clocks.map(({ clock }) => new ClockService(server, clock));
    one?.onModuleInit();
    two?.onModuleInit();
    await eventually(
      () => redis.client.pubsub('NUMSUB', `${redis.keyPrefix}:clock`),
      ([, count]) => Number(count) >= 1,
    );
    await one?.confirm();
    await eventually(
      () => clocks.slice(0, 2).map(({ clock }) => clock.isSuspect),
      (suspect) => suspect.every((it) => !it),
    );
    expect(clocks[2]?.clock.isSuspect).toBe(true);
    // it did not hear of it, and looks
    late?.onModuleInit();
    await eventually(
      () => clocks[2]?.clock.isSuspect,
      (suspect) => suspect === false,
    );
    for (const service of [one, two, late]) await service?.onModuleDestroy();
  });

  it('confirms by a mutation, with a reason that is kept', async () => {
    expect(await ask('mutation { confirmClock(reason: "NTP was mended") { clock { suspect } } }')).toEqual({
      confirmClock: { clock: { suspect: false } },
    });
    expect(await ask('{ auditLog(filter: { action: "confirmClock" }) { nodes { reason target } } }')).toEqual(
      {
        auditLog: { nodes: [{ reason: 'NTP was mended', target: 'clock' }] },
      },
    );
  });
});
