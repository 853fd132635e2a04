import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import type { GraphqlAnswer } from '../support/api-rig';
import { FakeHelius, HELIUS_KEY } from '../support/fake-helius';
import { testDatabase, testRedis } from '../support/servers';
import type { TestDatabase, TestRedis } from '../support/servers';

const SECRET = 'what-helius-must-send';
const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const FIELDS = 'id url type transactionTypes addresses active ours';

describe('webhooks in the API', () => {
  let redis: TestRedis;
  let database: TestDatabase;
  let helius: FakeHelius;
  let rig: ApiRig;

  beforeAll(async () => {
    [redis, database, helius] = await Promise.all([testRedis(), testDatabase(), FakeHelius.start()]);
    rig = await ApiRig.start(
      {
        REDIS_URL: redis.url,
        REDIS_KEY_PREFIX: redis.keyPrefix,
        DATABASE_URL: database.url,
        HELIUS_API_KEY: HELIUS_KEY,
        HELIUS_WEBHOOK_SECRET: SECRET,
        HELIUS_WEBHOOK_URL: 'http://127.0.0.1:1/hook',
      },
      helius.baseUrl,
    );
    const timer = { id: 'read', tokenAddress: MINT, durationMs: 60_000, rules: DEFAULT_RULES, pools: [] };
    await rig.timers.create(
      { ...timer, chainReading: true, isPaused: false },
      { actor: 'test', reason: null },
    );
  });

  afterAll(async () => {
    await rig.close();
    await helius[Symbol.asyncDispose]();
    await redis.close();
    await database.drop();
  });

  beforeEach(() => {
    helius.webhooks.clear();
  });

  const ask = (query: string): Promise<GraphqlAnswer> => rig.graphql(query, { bearer: ADMIN_SECRET });
  const codeOf = ({ errors }: GraphqlAnswer): unknown => errors[0]?.extensions['code'];
  const register = (): Promise<GraphqlAnswer> =>
    ask(`mutation { registerHeliusWebhook { webhook { ${FIELDS} } } }`);

  it('are for administrators only', async () => {
    const answer = await rig.graphql('{ heliusWebhooks { id } }');
    expect(codeOf(answer)).toBe('UNAUTHENTICATED');
    expect(helius.calls).toEqual([]);
  });

  it('are registered once, and listed with ours first and without the secrets of others', async () => {
    const first = await register();
    expect(first.data).toEqual({
      registerHeliusWebhook: {
        webhook: {
          id: 'webhook-1',
          url: 'http://127.0.0.1:1/hook',
          type: 'raw',
          transactionTypes: ['ANY'],
          addresses: [MINT],
          active: true,
          ours: true,
        },
      },
    });
    await register();
    helius.webhooks.set('a', { ...helius.only, webhookID: 'a', webhookURL: 'https://u:p@b.example/c?key=x' });
    const { data } = await ask('{ heliusWebhooks { id url ours } }');
    expect(data).toEqual({
      heliusWebhooks: [
        { id: 'webhook-1', url: 'http://127.0.0.1:1/hook', ours: true },
        { id: 'a', url: 'https://b.example/c', ours: false },
      ],
    });
  });

  it('are switched off and removed, but not ours while webhook mode is on', async () => {
    await register();
    const { webhookID } = helius.only;
    const off = await ask(
      `mutation { updateHeliusWebhook(id: "${webhookID}", active: false) { webhook { active } } }`,
    );
    expect(off.data).toEqual({ updateHeliusWebhook: { webhook: { active: false } } });
    expect(helius.only.active).toBe(false);
    const setMode = (isOn: boolean): Promise<GraphqlAnswer> =>
      ask(`mutation { updateMonitoring(input: { sources: { webhook: ${isOn} } }) { settings { version } } }`);
    expect((await setMode(true)).errors).toEqual([]);
    const remove = `mutation { deleteHeliusWebhook(id: "${webhookID}") { webhook { id } } }`;
    expect(codeOf(await ask(remove))).toBe('CONFLICT');
    await setMode(false);
    expect((await ask(remove)).data).toEqual({ deleteHeliusWebhook: { webhook: { id: webhookID } } });
    expect(codeOf(await ask(remove))).toBe('NOT_FOUND');
  });

  it('say whether the public address answers', async () => {
    const { data } = await ask('mutation { testHeliusWebhook { test { ok status message } } }');
    expect(data).toEqual({
      testHeliusWebhook: { test: { ok: false, status: null, message: 'could not be reached' } },
    });
  });

  it('answer SERVICE_UNAVAILABLE while Helius is away, without saying where it is', async () => {
    helius.failures = [500];
    const answer = await ask('{ heliusWebhooks { id } }');
    expect(codeOf(answer)).toBe('SERVICE_UNAVAILABLE');
    expect(JSON.stringify(answer.errors)).not.toMatch(new RegExp(`${HELIUS_KEY}|127\\.0\\.0\\.1`));
  });
});
