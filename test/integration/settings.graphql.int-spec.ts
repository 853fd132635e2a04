import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import type { GraphqlAnswer } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const FIELDS = `version changedBy reason limits { enabled maxRequests windowMs } history { retentionMonths }
  monitoring { mode fixedIntervalMs bounds { mode minMs maxMs } completeness sources { webhook websocket }
    readingEnabled budget { creditsPerMonth softRatio hardRatio } planName }
  alerts { rules { name enabled threshold } quietHours { from to timeZone } }
  environmentDifferences { variable setting environmentValue settingValue }`;

describe('settings over GraphQL', () => {
  const cleanup = new Cleanup();
  let here: ApiRig;
  let there: ApiRig;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    const servers = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
    here = cleanup.add(await ApiRig.start({ ...servers, RATE_LIMIT_MAX_REQUESTS: '77' }), (it) => it.close());
    there = cleanup.add(await ApiRig.start(servers), (it) => it.close());
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  const ask = async (query: string, variables: unknown = {}, rig = here): Promise<GraphqlAnswer> =>
    await rig.graphql(query, { variables, bearer: ADMIN_SECRET });

  const update = (
    input: unknown,
    expectedVersion: number | null = null,
    rig = here,
  ): Promise<GraphqlAnswer> =>
    ask(
      `mutation ($input: UpdateSettingsInput!, $expectedVersion: Int) {
        updateSettings(input: $input, expectedVersion: $expectedVersion) { settings { ${FIELDS} } } }`,
      { input, expectedVersion },
      rig,
    );

  const monitor = (input: unknown): Promise<GraphqlAnswer> =>
    ask(
      `mutation ($input: UpdateMonitoringInput!) { updateMonitoring(input: $input) { settings { ${FIELDS} } } }`,
      { input },
    );

  const version = async (): Promise<number> =>
    Number(JSON.stringify((await ask('{ settings { version } }')).data).replace(/\D/g, ''));

  it.each([
    '{ settings { version } }',
    '{ settingsHistory { nodes { version } } }',
    'mutation { updateSettings(input: {}) { settings { version } } }',
    'mutation { updateMonitoring(input: {}) { settings { version } } }',
    'mutation { restoreSettings(version: 1) { settings { version } } }',
  ])('are for admins only: %s', async (query) => {
    for (const bearer of [undefined, 'wrong']) {
      const { data, errors } = await here.graphql(query, bearer === undefined ? {} : { bearer });
      expect(errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
      expect(data).toBeNull();
    }
  });

  it('show the first values of the environment', async () => {
    const { data, errors } = await ask(`{ settings { ${FIELDS} changedAt } }`);
    expect(errors).toEqual([]);
    expect(data).toEqual({
      settings: {
        version: 1,
        changedAt: expect.any(Number),
        changedBy: 'system',
        reason: 'first values, from the environment',
        limits: { enabled: false, maxRequests: 77, windowMs: 60_000 },
        history: { retentionMonths: null },
        monitoring: {
          mode: 'BALANCED',
          fixedIntervalMs: null,
          bounds: [
            { mode: 'ECONOMY', minMs: 60_000, maxMs: 300_000 },
            { mode: 'CONSERVATIVE', minMs: 60_000, maxMs: 300_000 },
            { mode: 'BALANCED', minMs: 30_000, maxMs: 120_000 },
            { mode: 'AGGRESSIVE', minMs: 15_000, maxMs: 60_000 },
            { mode: 'ULTRA', minMs: 10_000, maxMs: 30_000 },
          ],
          completeness: 'FULL',
          sources: { webhook: false, websocket: false },
          readingEnabled: false,
          budget: { creditsPerMonth: null, softRatio: 0.8, hardRatio: 1 },
          planName: null,
        },
        alerts: { rules: [], quietHours: null },
        environmentDifferences: [],
      },
    });
  });

  it('change every field, on both instances within a second, and tell what the environment says', async () => {
    const monitoring = {
      mode: 'ULTRA',
      fixedIntervalMs: 2_000,
      bounds: [{ mode: 'ULTRA', minMs: 12_000 }],
      completeness: 'DEADLINE',
      sources: { webhook: true, websocket: true },
      readingEnabled: true,
      budget: { creditsPerMonth: 1_000_000, softRatio: 0.5, hardRatio: 0.9 },
      planName: 'developer',
    };
    const { data, errors } = await update(
      {
        monitoring,
        limits: { enabled: true, maxRequests: 5, windowMs: 2_000 },
        history: { retentionMonths: 12 },
        alerts: {
          rules: [{ name: 'history-lag', threshold: 1.5 }],
          quietHours: { from: '22:00', to: '06:00', timeZone: 'Europe/Lisbon' },
        },
        reason: 'everything',
      },
      1,
    );
    expect(errors).toEqual([]);
    const settings: unknown = data?.['updateSettings']?.['settings'];
    expect(settings).toMatchObject({
      version: 2,
      changedBy: 'admin',
      reason: 'everything',
      monitoring: {
        ...monitoring,
        bounds: expect.arrayContaining([{ mode: 'ULTRA', minMs: 12_000, maxMs: 30_000 }]),
      },
      limits: { enabled: true, maxRequests: 5, windowMs: 2_000 },
      history: { retentionMonths: 12 },
      alerts: {
        rules: [{ name: 'history-lag', enabled: true, threshold: 1.5 }],
        quietHours: { from: '22:00', to: '06:00', timeZone: 'Europe/Lisbon' },
      },
      environmentDifferences: expect.arrayContaining([
        {
          variable: 'RATE_LIMIT_MAX_REQUESTS',
          setting: 'limits.maxRequests',
          environmentValue: '77',
          settingValue: '5',
        },
        {
          variable: 'CHAIN_READING_ENABLED',
          setting: 'monitoring.readingEnabled',
          environmentValue: 'false',
          settingValue: 'true',
        },
      ]),
    });
    const values = '{ settings { version monitoring { mode planName } limits { maxRequests } } }';
    const seen = await eventually(
      () => ask(values, {}, there),
      (answer) => JSON.stringify(answer.data).includes('"version":2'),
      1_000,
    );
    expect(seen.data).toEqual((await ask(values)).data);
  });

  it('keep what is absent or null, unless null is a value', async () => {
    const { data } = await monitor({
      mode: null,
      fixedIntervalMs: null,
      planName: null,
      bounds: null,
      sources: { webhook: null, websocket: false },
      budget: { creditsPerMonth: null, softRatio: null },
    });
    expect(data?.['updateMonitoring']).toMatchObject({
      settings: {
        monitoring: {
          mode: 'ULTRA',
          fixedIntervalMs: null,
          planName: null,
          sources: { webhook: true, websocket: false },
          budget: { creditsPerMonth: null, softRatio: 0.5, hardRatio: 0.9 },
        },
      },
    });
  });

  it('answer CONFLICT to one of two admins at once', async () => {
    const expected = await version();
    const answers = await Promise.all([
      update({ limits: { maxRequests: 10 } }, expected, here),
      update({ limits: { maxRequests: 20 } }, expected, there),
    ]);
    expect(answers.map(({ errors }) => errors[0]?.extensions['code'] ?? 'ok').sort()).toEqual([
      'CONFLICT',
      'ok',
    ]);
    const late = await monitor({ mode: 'ECONOMY', expectedVersion: expected });
    expect(late.errors[0]?.extensions).toEqual({ code: 'CONFLICT' });
  });

  it('name every wrong field by the path of the input, and change nothing', async () => {
    const before = await version();
    const input = {
      monitoring: { fixedIntervalMs: 999, bounds: [{ mode: 'ULTRA', minMs: 5 }] },
      limits: { maxRequests: 0 },
      alerts: { rules: [{ name: 'two words' }] },
    };
    const all = await update(input);
    expect(all.errors[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      fields: [
        { path: 'input.monitoring.fixedIntervalMs', message: 'must be a whole number from 1000 to 30000' },
        {
          path: 'input.monitoring.bounds.ULTRA.minMs',
          message: 'must be a whole number from 10000 to 300000',
        },
        { path: 'input.limits.maxRequests', message: 'must be a whole number from 1 to 1000000' },
        { path: 'input.alerts.rules', message: expect.any(String) },
      ],
    });
    const some = await monitor({ fixedIntervalMs: 30_001 });
    expect(some.errors[0]?.extensions['fields']).toEqual([
      { path: 'input.fixedIntervalMs', message: 'must be a whole number from 1000 to 30000' },
    ]);
    expect(await version()).toBe(before);
  });

  it.each([
    [{ bounds: [{ mode: 'ULTRA' }, { mode: 'ULTRA' }] }, 'input.bounds'],
    [{ reason: '' }, 'input.reason'],
    [{ mode: 'FAST' }, 'input.mode'],
    [{ budget: { softRatio: 0.95, hardRatio: 0.9 } }, 'input.budget.softRatio'],
  ])('answer BAD_USER_INPUT to %j', async (input, path) => {
    const { errors } = await monitor(input);
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path }] });
  });

  it('restore an earlier version as a new one', async () => {
    const before = await version();
    const restore = (words: string) =>
      ask(`mutation { restoreSettings(${words}) { settings { ${FIELDS} } } }`);
    const { data } = await restore('version: 1');
    expect(data?.['restoreSettings']).toMatchObject({
      settings: { version: before + 1, reason: 'version 1 restored', limits: { maxRequests: 77 } },
    });
    expect((await restore('version: 999')).errors[0]?.extensions).toEqual({ code: 'NOT_FOUND' });
    expect((await restore('version: 2, expectedVersion: 1')).errors[0]?.extensions).toEqual({
      code: 'CONFLICT',
    });
    expect((await restore('version: 2, reason: ""')).errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'reason' }],
    });
  });

  it('page their history, newest first, with cursors that stay', async () => {
    const newest = await version();
    const page = async (words: string) => {
      const query = `{ settingsHistory(${words}) { nodes { version } edges { cursor node { version } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
      const { data } = await ask(query);
      const found: { nodes: { version: number }[]; pageInfo: Record<string, unknown> } = JSON.parse(
        JSON.stringify(data?.['settingsHistory']),
      );
      return { versions: found.nodes.map((node) => node.version), info: found.pageInfo };
    };
    const first = await page('first: 2');
    expect(first).toMatchObject({ versions: [newest, newest - 1], info: { hasNextPage: true } });
    await update({ limits: { maxRequests: 123 } });
    const rest = await page(`first: 50, after: "${String(first.info['endCursor'])}"`);
    expect(rest).toMatchObject({
      versions: Array.from({ length: newest - 2 }, (_, n) => newest - 2 - n),
      info: { hasNextPage: false, hasPreviousPage: true },
    });
    expect((await page(`last: 1, before: "${String(first.info['endCursor'])}"`)).versions).toEqual([newest]);
    for (const words of [
      'first: -1',
      'first: 501',
      'first: 1, last: 1',
      'after: "?"',
      'before: "WyJyb3VuZCIsMV0"',
    ]) {
      const { errors } = await ask(`{ settingsHistory(${words}) { nodes { version } } }`);
      expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    }
  });
});
