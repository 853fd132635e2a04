import { Client } from 'pg';
import type { SettingsPatch } from '../../src/settings/domain/settings';
import type { LogFields } from '../../src/platform/logging/logger';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';
import type { TestRedis } from '../support/servers';
import { accepted, orderOf, SettingsRig } from '../support/settings-rig';
import { silentLog } from '../support/silent-log';

const noHandlesLeft = watchOpenHandles();
/** The promise is a second; a busy machine gets more, so that a test tells faults and not its load. */
const WITHIN_MS = 5_000;

describe('settings on two instances', () => {
  const cleanup = new Cleanup();
  let redis: TestRedis;
  let environment: Record<string, string>;
  let here: SettingsRig;
  let there: SettingsRig;

  beforeEach(async () => {
    redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    environment = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
    [here, there] = [await start(), await start()];
  });

  afterEach(async () => {
    await cleanup.run();
  });

  afterAll(async () => {
    await noHandlesLeft();
  });

  const start = async (variables: Record<string, string> = {}, log = silentLog): Promise<SettingsRig> =>
    cleanup.add(await SettingsRig.start({ ...environment, ...variables }, log), (it) => it.close());

  const versions = (): number[] => [here, there].map(({ settings }) => settings.current().version);

  async function execute(sql: string): Promise<void> {
    const client = new Client({ connectionString: environment['DATABASE_URL'] });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }

  it('begin with the first values of the environment, as version 1, once', async () => {
    expect(versions()).toEqual([1, 1]);
    expect(here.settings.currentRecord()).toMatchObject({
      actor: 'system',
      reason: 'first values, from the environment',
      settings: { monitoring: { mode: 'BALANCED', fixedIntervalMs: null }, limits: { maxRequests: 100 } },
    });
  });

  it('take a change up within a second, and tell their listeners once', async () => {
    const heard: unknown[] = [];
    const ignore = there.settings.changes(() => {
      throw new Error('a listener that fails');
    });
    there.settings.changes((settings, before) => heard.push([before.version, settings]));
    const patch: SettingsPatch = { monitoring: { mode: 'ULTRA', bounds: { ULTRA: { maxMs: 20_000 } } } };
    const changed = accepted(await here.settings.update(patch, orderOf(1)));
    expect(changed).toMatchObject({ version: 2, monitoring: { mode: 'ULTRA' } });
    expect(here.settings.current()).toBe(changed);
    await eventually(versions, ([, version]) => version === 2, WITHIN_MS);
    expect(there.settings.current()).toEqual(changed);
    expect(there.settings.currentRecord()).toEqual(here.settings.currentRecord());
    ignore();
    accepted(await there.settings.update({ limits: { maxRequests: 50 } }, orderOf(2)));
    expect(heard).toEqual([
      [1, changed],
      [2, there.settings.current()],
    ]);
  });

  it('tell every change on their channel at once', async () => {
    const subscriber = cleanup.add(redis.client.duplicate(), async (it) => it.disconnect());
    const heard: string[] = [];
    subscriber.on('message', (_, text) => heard.push(text));
    await subscriber.subscribe(`${redis.keyPrefix}:settings:changes`);
    accepted(await here.settings.update({ limits: { maxRequests: 50 } }, orderOf()));
    const [text] = await eventually(
      () => heard,
      ({ length }) => length > 0,
      WITHIN_MS,
    );
    expect(text).toContain('"version":2');
  });

  it('take up what no message told, and go back with a database that went back', async () => {
    accepted(await here.settings.update({ limits: { maxRequests: 50 } }, orderOf()));
    await execute(`insert into settings (version, document, actor)
      select 3, jsonb_set(document, '{limits,maxRequests}', '60'), 'by hand' from settings where version = 2`);
    await eventually(versions, (seen) => seen.every((version) => version === 3), WITHIN_MS);
    expect(there.settings.currentRecord()).toMatchObject({
      actor: 'by hand',
      reason: null,
      settings: { limits: { maxRequests: 60 } },
    });
    await execute('delete from settings where version > 1');
    await eventually(versions, (seen) => seen.every((version) => version === 1), WITHIN_MS);
    expect(there.settings.current().limits.maxRequests).toBe(100);
  });

  it('keep their values where the newest version cannot be read, and heal with the next change', async () => {
    accepted(await here.settings.update({ limits: { maxRequests: 50 } }, orderOf()));
    await execute(
      `insert into settings (version, document, actor) values (3, '{"limits": {"maxRequests": -1}}', 'x')`,
    );
    await eventually(versions, (seen) => seen.every((version) => version === 3), WITHIN_MS);
    expect(here.settings.current().limits.maxRequests).toBe(50);
    const healed = accepted(await here.settings.update({ monitoring: { mode: 'ECONOMY' } }, orderOf(3)));
    expect(healed).toMatchObject({
      version: 4,
      limits: { maxRequests: 50 },
      monitoring: { mode: 'ECONOMY' },
    });
    expect(await here.settings.restore(3, orderOf())).toMatchObject({ refusal: 'BAD_USER_INPUT' });
  });

  it('take a message at its word until they look at the database, which decides', async () => {
    const heard: number[] = [];
    there.settings.changes(({ version }) => heard.push(version));
    const { settings, ...record } = here.settings.currentRecord();
    const told = { ...record, version: 9, document: { ...settings, version: undefined } };
    const channel = `${redis.keyPrefix}:settings:changes`;
    // who does not listen yet looks at the database instead
    await eventually(
      () => redis.client.pubsub('NUMSUB', channel),
      ([, listeners]) => listeners === 2,
    );
    await redis.client.publish(channel, JSON.stringify(told));
    await eventually(
      () => heard,
      (seen) => seen.length === 2,
      WITHIN_MS,
    );
    expect(heard).toEqual([9, 1]);
  });

  it('follow no message that is none', async () => {
    const channel = `${redis.keyPrefix}:settings:changes`;
    for (const text of [
      '',
      'no json',
      '{}',
      '{"version":9}',
      '{"version":9,"actor":"x","reason":5,"atMs":1}',
    ]) {
      await redis.client.publish(channel, text);
    }
    accepted(await here.settings.update({ limits: { maxRequests: 50 } }, orderOf(1)));
    await eventually(versions, ([, version]) => version === 2, WITHIN_MS);
  });

  it('let one of two admins change at once, and refuse the other with CONFLICT', async () => {
    const outcomes = await Promise.all([
      here.settings.update({ limits: { maxRequests: 10 } }, orderOf(1)),
      there.settings.update({ limits: { maxRequests: 20 } }, orderOf(1)),
    ]);
    const refusals = outcomes.filter((outcome) => 'refusal' in outcome);
    expect(refusals).toEqual([{ refusal: 'CONFLICT', message: expect.any(String), problems: [] }]);
    await eventually(versions, (seen) => seen.every((version) => version === 2), WITHIN_MS);
    const inForce = outcomes.find((outcome) => 'settings' in outcome);
    expect(there.settings.currentRecord()).toEqual(inForce);
  });

  it('refuse a version that is not in force, also one that this instance has not seen yet', async () => {
    accepted(await here.settings.update({ limits: { maxRequests: 10 } }, orderOf(1)));
    expect(await there.settings.update({ limits: { maxRequests: 20 } }, orderOf(1))).toMatchObject({
      refusal: 'CONFLICT',
      message: 'version 2 of the settings is in force, not 1',
    });
    expect(await there.settings.update({ limits: { maxRequests: 20 } }, orderOf(7))).toMatchObject({
      refusal: 'CONFLICT',
    });
  });

  it('lose nothing of many changes at once that expect no version', async () => {
    const names = ['clock-step', 'cursor-age', 'history-lag', 'redis-lost'];
    const outcomes = await Promise.all(
      names.map(async (name, n) => {
        const { settings } = n % 2 === 0 ? here : there;
        return await settings.update({ alerts: { rules: { [name]: { threshold: n + 10 } } } }, orderOf());
      }),
    );
    for (const outcome of outcomes) expect(outcome).toHaveProperty('settings');
    await eventually(versions, (seen) => seen.every((version) => version === 5), WITHIN_MS);
    expect(Object.keys(there.settings.current().alerts.rules).sort()).toEqual(names);
  });

  it('make no version where nothing would change', async () => {
    const before = here.settings.currentRecord();
    expect(await here.settings.update({ monitoring: { mode: 'BALANCED' } }, orderOf())).toEqual(before);
    expect(await here.settings.restore(1, orderOf())).toEqual(before);
    expect(versions()).toEqual([1, 1]);
  });

  it('change nothing where anything is wrong', async () => {
    const outcome = await here.settings.update(
      { limits: { maxRequests: 5 }, monitoring: { fixedIntervalMs: 500 } },
      orderOf(),
    );
    expect(outcome).toEqual({
      refusal: 'BAD_USER_INPUT',
      message: 'monitoring.fixedIntervalMs must be a whole number from 1000 to 30000',
      problems: [
        { path: 'monitoring.fixedIntervalMs', message: 'must be a whole number from 1000 to 30000' },
      ],
    });
    expect(here.settings.current().limits.maxRequests).toBe(100);
  });

  it('can be restored, as a new version, and show their history', async () => {
    accepted(await here.settings.update({ limits: { maxRequests: 10 } }, orderOf()));
    accepted(await here.settings.update({ limits: { maxRequests: 20 } }, orderOf()));
    accepted(await there.settings.restore(2, { ...orderOf(3), reason: null }));
    expect(await there.settings.restore(9, orderOf())).toMatchObject({ refusal: 'NOT_FOUND' });
    expect(await there.settings.restore(1, orderOf(3))).toMatchObject({ refusal: 'CONFLICT' });
    const page = { direction: 'NEWEST_FIRST', limit: 10, below: null, above: null } as const;
    const rows = (await there.settings.history(page)).map(({ settings, actor, reason }) => [
      settings.version,
      settings.limits.maxRequests,
      actor,
      reason,
    ]);
    expect(rows).toEqual([
      [4, 10, 'somebody', 'version 2 restored'],
      [3, 20, 'somebody', 'a test'],
      [2, 10, 'somebody', 'a test'],
      [1, 100, 'system', 'first values, from the environment'],
    ]);
    const middle = await there.settings.history({
      ...page,
      direction: 'OLDEST_FIRST',
      limit: 1,
      above: 1,
      below: 4,
    });
    expect(middle.map(({ settings }) => settings.version)).toEqual([2]);
  });

  it('hold over a restart with another environment, which tells what differs', async () => {
    accepted(await here.settings.update({ monitoring: { fixedIntervalMs: 5_000 } }, orderOf()));
    const lines: LogFields[] = [];
    const warn = (fields: LogFields, message: string): void => void lines.push({ ...fields, message });
    const again = await start(
      { SOLANA_POLLING_INTERVAL: '3000', RATE_LIMIT_MAX_REQUESTS: '100' },
      { ...silentLog, warn, child: () => ({ ...silentLog, warn }) },
    );
    expect(again.settings.current()).toMatchObject({ version: 2, monitoring: { fixedIntervalMs: 5_000 } });
    const difference = {
      variable: 'SOLANA_POLLING_INTERVAL',
      path: 'monitoring.fixedIntervalMs',
      environment: 3_000,
      setting: 5_000,
    };
    expect(again.settings.differences()).toEqual([difference]);
    expect(lines.filter(({ message }) => message === 'environment differs from settings')).toEqual([
      expect.objectContaining(difference),
    ]);
    expect(here.settings.differences()).toEqual([]);
  });

  it('are cached for REDIS_SETTINGS_TTL', async () => {
    const short = await start({ REDIS_SETTINGS_TTL: '60' });
    accepted(await short.settings.update({ limits: { maxRequests: 10 } }, orderOf()));
    const key = `${redis.keyPrefix}:settings`;
    await eventually(
      () => redis.client.get(key),
      (text) => text?.includes('"maxRequests":10') === true,
    );
    await here.close();
    await there.close();
    await redis.client.del(key);
    accepted(await short.settings.update({ limits: { maxRequests: 20 } }, orderOf()));
    const ttl = await eventually(
      () => redis.client.ttl(key),
      (seconds) => seconds > 0,
    );
    expect(ttl).toBeGreaterThan(50);
    expect(ttl).toBeLessThanOrEqual(60);
  });
});
