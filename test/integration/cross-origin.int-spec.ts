import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const FRIEND = 'https://friend.example';
const FOREIGN = 'https://foreign.example';
const CLOCK = { method: 'POST', body: JSON.stringify({ query: '{ clock }' }) };
const JSON_TYPE = { 'content-type': 'application/json' };
/** Every kind of answer that a page of another origin may read. */
const READS = [
  ['GraphQL', '/graphql', CLOCK],
  ['a timer', '/api/timer', {}],
  ['a stream of a timer', '/api/timer/stream', {}],
  ['an export', '/api/history/trades.csv', {}],
  ['an error', '/api/timer?id=nobody', {}],
] as const satisfies readonly (readonly [string, string, RequestInit])[];

describe('pages of other origins', () => {
  const cleanup = new Cleanup();
  let rig: ApiRig;
  let alone: ApiRig;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    const servers = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
    const environment = { ...servers, ALLOWED_ORIGINS: `${FRIEND},https://other.example` };
    rig = cleanup.add(await ApiRig.start(environment), (it) => it.close());
    alone = cleanup.add(await ApiRig.start(servers), (it) => it.close());
    const timer = { id: 'global', tokenAddress: MINT, durationMs: 600_000, rules: DEFAULT_RULES, pools: [] };
    await rig.timers.create(
      { ...timer, chainReading: true, isPaused: false },
      { actor: 'test', reason: null },
    );
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  /** The head of an answer; the rest is not waited for. */
  async function head(
    path: string,
    origin: string | null,
    init: RequestInit = {},
    from: ApiRig = rig,
  ): Promise<{ status: number; headers: Headers }> {
    const leave = new AbortController();
    const named = origin === null ? {} : { origin };
    const headers = { ...JSON_TYPE, ...named, ...Object.fromEntries(new Headers(init.headers)) };
    const { status, headers: found } = await from.get(path, { ...init, headers, signal: leave.signal });
    leave.abort();
    return { status, headers: found };
  }

  const preflight = (path: string, origin: string, method = 'POST'): ReturnType<typeof head> =>
    head(path, origin, {
      method: 'OPTIONS',
      headers: {
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type',
      },
    });
  const namesOf = (headers: Headers): readonly string[] =>
    [...headers.keys()].filter((name) => name.startsWith('access-control-'));

  it.each(READS)('may read %s where their origin is allowed', async (_, path, init) => {
    const { headers } = await head(path, FRIEND, init);
    expect(headers.get('access-control-allow-origin')).toBe(FRIEND);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-expose-headers')).toMatch(/\bretry-after\b/);
    expect(headers.get('vary')?.toLowerCase()).toMatch(/\borigin\b/);
  });

  it.each(READS)('cannot read %s where it is not, or where there is none', async (_, path, init) => {
    for (const origin of [FOREIGN, `${FRIEND}.evil.example`, 'http://friend.example', 'null', null]) {
      const { headers } = await head(path, origin, init);
      expect(namesOf(headers)).toEqual([]);
      // the answer is the same for all, but caches have to keep it apart
      expect(headers.get('vary')?.toLowerCase()).toMatch(/\borigin\b/);
    }
  });

  it('are answered a preflight where their origin is allowed', async () => {
    const { status, headers } = await preflight('/graphql', FRIEND);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(FRIEND);
    expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST');
    expect(headers.get('access-control-allow-headers')).toContain('authorization, content-type');
    expect(headers.get('access-control-max-age')).toBe('600');
    const reading = await preflight('/api/timer/stream', FRIEND, 'GET');
    expect(reading.headers.get('access-control-allow-methods')).toBe('GET, HEAD');
    expect((await preflight('/api/history/trades.ndjson', FRIEND, 'GET')).status).toBe(204);
  });

  it('are not where it is not, so that the browser asks nothing', async () => {
    for (const path of ['/graphql', '/api/timer', '/api/history/trades.csv']) {
      const { headers } = await preflight(path, FOREIGN);
      expect(namesOf(headers)).toEqual([]);
    }
  });

  it('may not read anything else, wherever they are from', async () => {
    for (const path of [
      '/metrics',
      '/api/health',
      '/api/webhook/helius',
      '/admin',
      '/api/timers',
      '/graphqlx',
    ]) {
      expect(namesOf((await head(path, FRIEND)).headers)).toEqual([]);
      expect(namesOf((await preflight(path, FRIEND)).headers)).toEqual([]);
    }
  });

  it('may read nothing where no origin is allowed', async () => {
    for (const [, path, init] of READS) {
      expect(namesOf((await head(path, FRIEND, init, alone)).headers)).toEqual([]);
    }
  });

  it('get no session that travels: its cookie stays within the site', async () => {
    const signIn = JSON.stringify({
      query: 'mutation ($secret: String!) { signIn(secret: $secret) { session { id } } }',
      variables: { secret: ADMIN_SECRET },
    });
    const { headers } = await head('/graphql', FRIEND, { method: 'POST', body: signIn });
    const cookies = headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) expect(cookie).toMatch(/SameSite=Strict/i);
  });
});
