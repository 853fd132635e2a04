import { SettingsService } from '../../src/settings/settings.service';
import { ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { watchOpenHandles } from '../support/open-handles';
import { eventually } from '../support/eventually';
import { testDatabase, testRedis } from '../support/servers';
import { accepted, orderOf } from '../support/settings-rig';

const noHandlesLeft = watchOpenHandles();
const SECRET = 'what-helius-must-send';
const LIMIT = 5;

describe('the limit of the Helius webhook', () => {
  const cleanup = new Cleanup();
  let rig: ApiRig;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    const started = await ApiRig.start({
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
      RATE_LIMITING_ENABLED: 'true',
      RATE_LIMIT_MAX_REQUESTS: '50',
      RATE_LIMIT_WINDOW_MS: '3600000',
      TRUST_PROXY: 'true',
      HELIUS_WEBHOOK_SECRET: SECRET,
    });
    rig = cleanup.add(started, (it) => it.close());
    const settings = rig.part(SettingsService);
    accepted(await settings.update({ limits: { webhookMaxRequests: LIMIT } }, orderOf()));
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  const push = async (address: string, authorization = SECRET): Promise<Response> => {
    const headers = { 'content-type': 'application/json', authorization, 'x-forwarded-for': address };
    return await rig.get('/api/webhook/helius', { method: 'POST', headers, body: '[]' });
  };

  it('refuses one sender past it, right secret or not, and no other sender', async () => {
    for (let count = 0; count < LIMIT; count += 1) {
      const response = await push('203.0.113.1', count % 2 === 0 ? SECRET : 'wrong');
      expect(response.status).toBe(count % 2 === 0 ? 200 : 401);
      expect(response.headers.get('ratelimit')).toContain(`"webhook";r=${LIMIT - count - 1};`);
      expect(response.headers.get('ratelimit-policy')).toBe(`"webhook";q=${LIMIT};w=3600`);
    }
    for (const authorization of [SECRET, 'wrong']) {
      const refused = await push('203.0.113.1', authorization);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      const body: { error: { code: string; retryAfterMs: number } } = JSON.parse(await refused.text());
      expect(body.error.code).toBe('RATE_LIMITED');
      expect(body.error.retryAfterMs).toBeGreaterThan(0);
    }
    const other = await push('203.0.113.2');
    expect(other.status).toBe(200);
    expect(other.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    // each answer is counted once, by its status
    const counted = (text: string): string[] =>
      [...text.matchAll(/http_requests_total\{route="\/api\/webhook\/helius",code="(\d+)"\} (\d+)/g)]
        .map(([, code, times]) => `${code} ${times}`)
        .sort();
    await eventually(
      async () => counted(await (await rig.get('/metrics')).text()),
      (counts) => counts.join() === '200 4,401 2,429 2',
    );
  });

  it('is counted apart from what the same address may read', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.3' };
    const read = (): Promise<Response> => rig.get('/api/timer?id=nobody', { headers });
    for (let count = 0; count < LIMIT; count += 1) expect((await push('203.0.113.3')).status).toBe(200);
    expect((await push('203.0.113.3')).status).toBe(429);
    const response = await read();
    expect(response.status).toBe(404);
    expect(response.headers.get('ratelimit')).toContain('"public";r=49;');
  });

  it('holds from the moment that a setting raises it', async () => {
    for (let count = 0; count < LIMIT; count += 1) await push('203.0.113.4');
    expect((await push('203.0.113.4')).status).toBe(429);
    const settings = rig.part(SettingsService);
    accepted(await settings.update({ limits: { webhookMaxRequests: LIMIT + 1 } }, orderOf()));
    expect((await push('203.0.113.4')).status).toBe(200);
    expect((await push('203.0.113.4')).status).toBe(429);
  });
});
