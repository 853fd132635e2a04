import { AlertService } from '../../src/alerts/alert.service';
import { ApiKeysService } from '../../src/admin/api-keys.service';
import { ATTEMPT_LIMITS } from '../../src/admin/domain/attempts';
import { SessionsService } from '../../src/admin/sessions.service';
import { PublicError } from '../../src/platform/public-error';
import { bearer, codeOf, pageOf, send, signIn } from '../support/access-rig';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const GUESSES = 10_000;
const ADDRESSES = 2_500;
const AT_ONCE = 1_000;
const STATUS = '{ systemStatus { health } }';

/** What a guess at the secret is answered. */
async function guess(rig: ApiRig, text: string, address: string): Promise<string> {
  const origin = { address, userAgent: null, transport: 'http' as const };
  return await rig
    .part(SessionsService)
    .prove(text, origin)
    .then(
      () => 'right',
      (err: unknown) => (err instanceof PublicError ? err.code : String(err)),
    );
}

describe('ten thousand guesses at the secret from many addresses', () => {
  const cleanup = new Cleanup();
  let here: ApiRig;
  let there: ApiRig;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    const servers = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
    here = cleanup.add(await ApiRig.start({ ...servers, TRUST_PROXY: 'true' }), (it) => it.close());
    there = cleanup.add(await ApiRig.start(servers), (it) => it.close());
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  it('are judged two hundred times, or so on each instance, and told nothing else, while all others are served', async () => {
    const known = '203.0.113.1';
    expect(await guess(here, ADMIN_SECRET, known)).toBe('right');
    const page = await signIn(here);
    const made = await here.part(ApiKeysService).create({
      ...{ name: 'worker', scopes: ['read'], expiresAtMs: null, createdBy: 'admin' },
    });
    const answers = new Map<string, number>();
    const served = new Map<string, number>();
    for (let at = 0; at < GUESSES; at += AT_ONCE) {
      const guesses = Array.from({ length: AT_ONCE }, (_, n) => {
        const address = (at + n) % ADDRESSES;
        const rig = n % 2 === 0 ? here : there;
        return guess(rig, `guess ${at + n}`, `10.0.${address >> 8}.${address & 255}`);
      });
      const others = [
        send(here, '{ timer { status } }'),
        send(there, STATUS, pageOf(page)),
        send(here, STATUS, bearer(made?.secret ?? '')),
        send(here, STATUS, { ...bearer(ADMIN_SECRET), 'x-forwarded-for': known }),
      ];
      for (const answer of await Promise.all(guesses)) answers.set(answer, (answers.get(answer) ?? 0) + 1);
      for (const code of (await Promise.all(others)).map(codeOf))
        served.set(String(code), (served.get(String(code)) ?? 0) + 1);
    }
    const judged = answers.get('UNAUTHENTICATED') ?? 0;
    expect(Object.fromEntries(answers)).toEqual({
      UNAUTHENTICATED: judged,
      RATE_LIMITED: GUESSES - judged,
    });
    // an instance that Redis keeps waiting for a second counts for itself meanwhile
    expect(judged).toBeGreaterThanOrEqual(ATTEMPT_LIMITS.inTotal);
    expect(judged).toBeLessThanOrEqual(3 * ATTEMPT_LIMITS.inTotal);
    expect(Object.fromEntries(served)).toEqual({ ok: (4 * GUESSES) / AT_ONCE });
  }, 120_000);

  it('hide the right secret among them', async () => {
    expect(await guess(there, ADMIN_SECRET, '10.9.9.9')).toBe('RATE_LIMITED');
    const limited = await send(here, `mutation { signIn(secret: "${ADMIN_SECRET}") { csrfToken } }`, {
      'x-forwarded-for': '10.9.9.8',
    });
    expect(limited.errors[0]?.extensions).toEqual({
      code: 'RATE_LIMITED',
      retryAfterMs: expect.any(Number),
    });
    expect(limited.headers.getSetCookie()).toEqual([]);
  });

  it('are counted, and alert once', async () => {
    const metrics = await Promise.all(
      [here, there].map(async (rig) => await (await rig.get('/metrics')).text()),
    );
    const counted = metrics
      .flatMap((text) => [...text.matchAll(/^admin_sign_in_attempts_total\{.*\} (\d+)$/gm)])
      .reduce((sum, [, count]) => sum + Number(count), 0);
    expect(counted).toBe(GUESSES + 2);
    for (const rig of [here, there, here, there]) await rig.part(AlertService).lookNow();
    const alerts = await there.part(AlertService).list({ rule: 'unauthorised', isFiring: null, limit: 10 });
    expect(alerts.map(({ rule }) => rule)).toEqual(['unauthorised']);
  });
});

describe('guesses from one address', () => {
  const cleanup = new Cleanup();
  let rig: ApiRig;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    const servers = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
    rig = cleanup.add(await ApiRig.start(servers), (it) => it.close());
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  it('are judged ten times, also where all come at once, and answered later and later', async () => {
    expect(await guess(rig, ADMIN_SECRET, '10.1.1.1')).toBe('right');
    const startedAt = performance.now();
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => guess(rig, `${n}`, '10.1.1.1')));
    expect(answers.filter((answer) => answer === 'UNAUTHENTICATED')).toHaveLength(ATTEMPT_LIMITS.perAddress);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(ATTEMPT_LIMITS.longestDelayMs);
    // it was right before, and is not told now
    expect(await guess(rig, ADMIN_SECRET, '10.1.1.1')).toBe('RATE_LIMITED');
    expect(await guess(rig, ADMIN_SECRET, '10.1.1.2')).toBe('right');
  });

  it('count for the whole network of an IPv6 subscriber', async () => {
    const from = (n: number): string => `2001:db8:1:2::${n.toString(16)}`;
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => guess(rig, 'wrong', from(n))));
    expect(answers.filter((answer) => answer === 'UNAUTHENTICATED')).toHaveLength(ATTEMPT_LIMITS.perAddress);
    expect(await guess(rig, ADMIN_SECRET, '2001:db8:1:3::1')).toBe('right');
  });
});
