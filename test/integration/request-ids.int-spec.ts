import { ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const MADE = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;

describe('the name of a request', () => {
  const cleanup = new Cleanup();
  let rig: ApiRig;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    const servers = { REDIS_URL: redis.url, REDIS_KEY_PREFIX: redis.keyPrefix, DATABASE_URL: database.url };
    rig = cleanup.add(await ApiRig.start({ ...servers, TRUST_PROXY: '1' }), (it) => it.close());
  }, 120_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  }, 60_000);

  const nameOf = async (path: string, headers: Record<string, string> = {}): Promise<string | null> => {
    const response = await fetch(`http://${rig.host}${path}`, { headers });
    await response.arrayBuffer();
    return response.headers.get('x-request-id');
  };

  it('is made for each, and told in every answer, errors too', async () => {
    const paths = ['/api/timer', '/api/health/live', '/', '/nothing', '/graphql'];
    const names = await Promise.all(paths.map((path) => nameOf(path)));
    for (const name of names) expect(name).toMatch(MADE);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is the one that a trusted proxy gave', async () => {
    expect(await nameOf('/api/timer', { 'x-request-id': 'a1b2c3d4e5f6' })).toBe('a1b2c3d4e5f6');
  });
});
