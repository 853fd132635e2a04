import { Redis } from 'ioredis';
import { parseEnv } from '../../src/config/env';
import { runMigrations } from '../../src/platform/postgres/migrate';
import { PostgresService } from '../../src/platform/postgres/postgres.service';
import { RedisService } from '../../src/platform/redis/redis.service';
import { SettingsCache } from '../../src/settings/settings.cache';
import { settingsKeys } from '../../src/settings/settings.keys';
import { SettingsKeeper } from '../../src/settings/settings.keeper';
import { SettingsService } from '../../src/settings/settings.service';
import { SettingsStore } from '../../src/settings/settings.store';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnPostgres, startOwnRedis } from '../support/own-servers';
import type { OwnServer } from '../support/own-servers';
import { accepted, orderOf, SettingsRig } from '../support/settings-rig';
import { SlowProxy } from '../support/slow-proxy';

const noHandlesLeft = watchOpenHandles();
const WITHIN_MS = 1_000;
const NO_DELAY = { toServerMs: 0, toClientMs: 0 };

/** The server's URL by another way. */
function through(server: OwnServer, way: SlowProxy): string {
  const url = new URL(server.url);
  url.host = new URL(way.url).host;
  return url.href;
}

describe('settings while servers are away', () => {
  const cleanup = new Cleanup();
  let redis: OwnServer;
  let postgres: OwnServer;
  let environment: Record<string, string>;

  beforeAll(async () => {
    redis = cleanup.add(await startOwnRedis(), (it) => it.remove());
    postgres = cleanup.add(await startOwnPostgres(), (it) => it.remove());
    environment = {
      NODE_ENV: 'test',
      REDIS_URL: redis.url,
      DATABASE_URL: postgres.url,
      REDIS_KEY_PREFIX: 'outage',
    };
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  }, 60_000);

  /** Resolves when so many instances hear of changes by Redis. */
  async function listening(instances: number): Promise<void> {
    const client = new Redis(redis.url);
    const { channel } = settingsKeys('outage');
    await eventually(
      () => client.pubsub('NUMSUB', channel),
      ([, count]) => Number(count) === instances,
    ).finally(() => client.disconnect());
  }

  /** Changes on one instance; resolves when the other has it in force, at most a second after the answer. */
  async function follow(here: SettingsService, there: SettingsService): Promise<void> {
    const { version, limits } = here.current();
    const changed = accepted(
      await here.update({ limits: { maxRequests: limits.maxRequests + 1 } }, orderOf(version)),
    );
    await eventually(
      () => there.current(),
      (settings) => settings.version === changed.version,
      WITHIN_MS,
    );
    expect(there.current()).toEqual(changed);
  }

  it('follow a change within a second while Redis is away, is frozen, and after it is back', async () => {
    await using one = await SettingsRig.start(environment);
    await using two = await SettingsRig.start(environment);
    await redis.stop();
    await follow(one.settings, two.settings);
    await redis.start();
    await follow(two.settings, one.settings);
    redis.freeze();
    await follow(one.settings, two.settings).finally(() => redis.thaw());
    await follow(two.settings, one.settings);
  }, 60_000);

  it('refuse a change while Postgres is away, stay in force, and follow the next within a second', async () => {
    await using one = await SettingsRig.start(environment);
    await using two = await SettingsRig.start(environment);
    const before = one.settings.current();
    await postgres.kill();
    expect(await one.settings.update({ limits: { maxRequests: 7 } }, orderOf())).toMatchObject({
      refusal: 'SERVICE_UNAVAILABLE',
    });
    expect(await one.settings.restore(1, orderOf())).toMatchObject({ refusal: 'SERVICE_UNAVAILABLE' });
    const page = { direction: 'NEWEST_FIRST', limit: 1, below: null, above: null } as const;
    await expect(one.settings.history(page)).rejects.toMatchObject({ code: 'SETTINGS_STORE_FAILED' });
    expect(one.settings.current()).toBe(before);
    await postgres.start();
    await eventually(
      () => one.settings.history(page),
      ([newest]) => newest?.settings.version === before.version,
    );
    await follow(one.settings, two.settings);
  }, 60_000);

  it('reach an instance that alone was cut off from either server, or from both, when they were changed', async () => {
    const at = ({ url }: OwnServer): Promise<SlowProxy> => SlowProxy.start(new URL(url).host, NO_DELAY);
    await using redisWay = await at(redis);
    await using postgresWay = await at(postgres);
    await using one = await SettingsRig.start(environment);
    await using two = await SettingsRig.start({
      ...environment,
      REDIS_URL: through(redis, redisWay),
      DATABASE_URL: through(postgres, postgresWay),
    });
    postgresWay.cut();
    await follow(one.settings, two.settings);
    postgresWay.mend();
    redisWay.cut();
    await follow(one.settings, two.settings);
    postgresWay.cut();
    const before = two.settings.current();
    const changed = accepted(await one.settings.update({ limits: { maxRequests: 4_321 } }, orderOf()));
    expect(two.settings.current()).toBe(before);
    redisWay.mend();
    postgresWay.mend();
    await eventually(
      () => two.settings.current(),
      (settings) => settings.version === changed.version,
      WITHIN_MS,
    );
    expect(two.settings.current()).toEqual(changed);
    await listening(2);
    await follow(two.settings, one.settings);
  }, 60_000);

  describe('at the start', () => {
    /** The room alone, since the application does not start without Postgres. */
    async function startRoom(
      room: Cleanup,
      variables: Record<string, string>,
    ): Promise<{ settings: SettingsService; database: PostgresService }> {
      const { env } = parseEnv({ ...environment, ...variables });
      const connections = new RedisService({ url: redis.url, keyPrefix: env.redisKeyPrefix });
      room.add(connections, (it) => it.onApplicationShutdown());
      const database = room.add(new PostgresService(postgres.url), (it) => it.onApplicationShutdown());
      const store = new SettingsStore(database);
      const cache = new SettingsCache(connections, env);
      const keeper = room.add(new SettingsKeeper(store, cache, env), async (it) => it.onModuleDestroy());
      await keeper.onModuleInit();
      return { settings: new SettingsService(keeper, store, env), database };
    }

    it('are those of the cache while Postgres is away, and those of the environment while both are', async () => {
      const known = await (async () => {
        await using rig = await SettingsRig.start(environment);
        return accepted(await rig.settings.update({ monitoring: { mode: 'AGGRESSIVE' } }, orderOf()));
      })();
      const room = new Cleanup();
      try {
        await postgres.stop();
        const cached = await startRoom(room, {});
        expect(cached.settings.current()).toEqual(known);
        await redis.stop();
        const { settings, database } = await startRoom(room, { SOLANA_POLLING_INTERVAL: '2000' });
        expect(settings.current()).toMatchObject({ version: 0, monitoring: { fixedIntervalMs: 2_000 } });
        expect(await settings.update({}, orderOf())).toMatchObject({ refusal: 'SERVICE_UNAVAILABLE' });
        await redis.start();
        await postgres.start();
        await database.connect();
        await runMigrations(database.dataSource);
        await eventually(
          () => settings.current(),
          ({ version }) => version === known.version,
        );
        expect(settings.current()).toEqual(known);
        expect(settings.differences()).toMatchObject([{ variable: 'SOLANA_POLLING_INTERVAL' }]);
      } finally {
        await room.run();
      }
    }, 60_000);
  });
});
