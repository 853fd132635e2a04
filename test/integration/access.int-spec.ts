import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { bearer, codeOf, makeKey, pageOf, send, signIn } from '../support/access-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { RawSocket } from '../support/raw-socket';
import { testDatabase, testRedis } from '../support/servers';
import type { TestRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const FORMER_SECRET = 'former-secret-of-the-tests';
const STATUS = '{ systemStatus { health } }';

describe('access', () => {
  const cleanup = new Cleanup();
  let redis: TestRedis;
  let here: ApiRig;
  let there: ApiRig;
  let servers: Record<string, string>;

  beforeAll(async () => {
    redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    servers = {
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
      ADMIN_SECRET: `${ADMIN_SECRET},${FORMER_SECRET}`,
    };
    here = cleanup.add(await ApiRig.start(servers), (it) => it.close());
    there = cleanup.add(await ApiRig.start(servers), (it) => it.close());
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  describe('by a secret', () => {
    it.each([ADMIN_SECRET, FORMER_SECRET])('lets the present and the former one in', async (secret) => {
      const { data } = await send(here, '{ caller { name credential scopes expiresAt } }', bearer(secret));
      expect(data?.['caller']).toEqual({
        name: 'admin',
        credential: 'SECRET',
        scopes: ['ADMIN'],
        expiresAt: null,
      });
    });
  });

  describe('by a session', () => {
    it('sets a cookie that no script reads and no other site sends, and needs the token beside it', async () => {
      const answer = await send(here, `mutation { signIn(secret: "${ADMIN_SECRET}") { csrfToken } }`);
      const [session = '', csrf = ''] = answer.headers.getSetCookie();
      expect(session).toMatch(
        /^darwin-timer-session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
      );
      expect(csrf).toMatch(/^darwin-timer-csrf=[\w-]{43}; Path=\/; Max-Age=43200; SameSite=Strict$/);
      const page = await signIn(here);
      expect(codeOf(await send(here, STATUS, pageOf(page)))).toBe('ok');
      expect(codeOf(await send(there, STATUS, pageOf(page)))).toBe('ok');
      for (const token of [undefined, '', 'wrong', (await signIn(here)).csrfToken]) {
        const headers = { cookie: page.cookie, ...(token === undefined ? {} : { 'x-csrf-token': token }) };
        expect(codeOf(await send(here, STATUS, headers))).toBe('FORBIDDEN');
      }
    });

    it('asks for TLS where the browser is not on this computer', async () => {
      const response = await fetch(`http://${here.host}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' },
        body: JSON.stringify({ query: `mutation { signIn(secret: "${ADMIN_SECRET}") { csrfToken } }` }),
      });
      // no proxy is trusted here, so the header changes nothing
      expect(response.headers.getSetCookie()[0]).not.toContain('Secure');
      await using proxied = await ApiRig.start({ ...servers, TRUST_PROXY: 'true' });
      const headers = { 'x-forwarded-for': '203.0.113.7' };
      const query = `mutation { signIn(secret: "${ADMIN_SECRET}") { csrfToken } }`;
      const cookies = (await send(proxied, query, headers)).headers.getSetCookie();
      expect(cookies).toEqual([
        expect.stringMatching(/^__Host-darwin-timer-session=.*; HttpOnly; SameSite=Strict; Secure$/),
        expect.stringMatching(/^__Host-darwin-timer-csrf=.*; SameSite=Strict; Secure$/),
      ]);
    });

    it('refuses pages of foreign origins, with everything else right', async () => {
      const page = await signIn(here);
      const foreign = { origin: 'https://elsewhere.example' };
      expect(codeOf(await send(here, STATUS, { ...pageOf(page), ...foreign }))).toBe('FORBIDDEN');
      expect(codeOf(await send(here, STATUS, { ...pageOf(page), origin: `http://${here.host}` }))).toBe('ok');
      const query = `mutation { signIn(secret: "${ADMIN_SECRET}") { csrfToken } }`;
      const refused = await send(here, query, foreign);
      expect([codeOf(refused), refused.headers.getSetCookie()]).toEqual(['FORBIDDEN', []]);
    });

    it('ends when it signs out, on every instance', async () => {
      const page = await signIn(here);
      const { data, headers } = await send(
        here,
        'mutation { signOut { session { id revokedAt } } }',
        pageOf(page),
      );
      expect(data?.['signOut']).toEqual({
        session: { id: page.sessionId, revokedAt: expect.any(Number) },
      });
      expect(headers.getSetCookie()).toEqual([
        expect.stringMatching(/^darwin-timer-session=; .*Max-Age=0/),
        expect.stringMatching(/^darwin-timer-csrf=; .*Max-Age=0/),
      ]);
      for (const rig of [here, there])
        expect(codeOf(await send(rig, STATUS, pageOf(page)))).toBe('UNAUTHENTICATED');
    });

    it('is listed, and ends when it is revoked, once or twice', async () => {
      const [one, other] = [await signIn(here), await signIn(there)];
      const { data } = await send(here, '{ sessions { id actor current address scopes } }', pageOf(one));
      expect(data?.['sessions']).toEqual(
        expect.arrayContaining([
          { id: one.sessionId, actor: 'admin', current: true, address: '127.0.0.1', scopes: ['ADMIN'] },
          { id: other.sessionId, actor: 'admin', current: false, address: '127.0.0.1', scopes: ['ADMIN'] },
        ]),
      );
      const revoke = `mutation { revokeSession(id: "${other.sessionId}", reason: "test") { session { revokedAt } } }`;
      const first = await send(here, revoke, pageOf(one));
      expect((await send(here, revoke, pageOf(one))).data).toEqual(first.data);
      expect(codeOf(await send(there, STATUS, pageOf(other)))).toBe('UNAUTHENTICATED');
      for (const id of ['nobody', '00000000-0000-4000-8000-000000000000']) {
        const none = await send(
          here,
          `mutation { revokeSession(id: "${id}") { session { id } } }`,
          pageOf(one),
        );
        expect(codeOf(none)).toBe('NOT_FOUND');
      }
    });

    it('ends when the secret that was signed in with is taken away', async () => {
      const page = await signIn(here, FORMER_SECRET);
      await using rotated = await ApiRig.start({ ...servers, ADMIN_SECRET: `newest-secret,${ADMIN_SECRET}` });
      expect(codeOf(await send(rotated, STATUS, pageOf(page)))).toBe('UNAUTHENTICATED');
      expect(codeOf(await send(rotated, STATUS, pageOf(await signIn(here))))).toBe('ok');
    });
  });

  describe('by an API key', () => {
    it('shows it once, keeps its hash, and tells where it was used last', async () => {
      const key = await makeKey(here, 'dashboard', ['READ']);
      expect(key.secret).toMatch(/^dtk_[\da-f]{32}_[\w-]{43}$/);
      expect(codeOf(await send(there, STATUS, bearer(key.secret)))).toBe('ok');
      const used = await eventually(
        () => send(here, '{ apiKeys { id name scopes lastUsedFrom active } }', bearer(ADMIN_SECRET)),
        ({ data }) => JSON.stringify(data).includes('127.0.0.1'),
      );
      expect(used.data?.['apiKeys']).toContainEqual({
        ...{ id: key.id, name: 'dashboard', scopes: ['READ'] },
        ...{ lastUsedFrom: '127.0.0.1', active: true },
      });
    });

    it('refuses a name that is in use, an end in the past, and what is no name', async () => {
      await makeKey(here, 'Twice', ['READ']);
      const create = (input: unknown) =>
        send(
          here,
          'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { key { id } } }',
          bearer(ADMIN_SECRET),
          { input },
        );
      expect(codeOf(await create({ name: 'twice', scopes: ['READ'] }))).toBe('CONFLICT');
      const wrong = await create({ name: ' ', scopes: [], expiresAt: 1 });
      expect(wrong.errors[0]?.extensions['fields']).toEqual([
        { path: 'input.name', message: expect.any(String) },
        { path: 'input.scopes', message: 'must name at least one scope' },
        { path: 'input.expiresAt', message: 'must be in the future' },
      ]);
    });

    it('ends with its sessions when it is revoked, and its name is free again', async () => {
      const key = await makeKey(here, 'leaving', ['OPERATE']);
      const page = await signIn(there, key.secret);
      expect(codeOf(await send(here, STATUS, pageOf(page)))).toBe('ok');
      const revoke = `mutation { revokeApiKey(id: "${key.id}") { key { revokedAt revokedBy active } } }`;
      const { data } = await send(here, revoke, bearer(ADMIN_SECRET));
      expect(data?.['revokeApiKey']).toEqual({
        key: { revokedAt: expect.any(Number), revokedBy: 'admin', active: false },
      });
      expect((await send(there, revoke, bearer(ADMIN_SECRET))).data).toEqual(data);
      for (const headers of [bearer(key.secret), pageOf(page)])
        expect(codeOf(await send(there, STATUS, headers))).toBe('UNAUTHENTICATED');
      await makeKey(here, 'leaving', ['READ']);
    });
  });

  describe('on a socket', () => {
    const open = async (rig: ApiRig, authorization: unknown, headers: Record<string, string> = {}) => {
      const socket = await RawSocket.open(rig.host, { headers });
      socket.send({ type: 'connection_init', payload: { authorization } });
      return socket;
    };

    it('counts no cookie', async () => {
      const page = await signIn(here);
      const socket = await open(here, undefined, pageOf(page));
      expect(await socket.next()).toEqual({ type: 'connection_ack' });
      socket.subscribe('1', STATUS);
      expect(JSON.stringify(await socket.next())).toContain('UNAUTHENTICATED');
      await socket.close();
    });

    it('takes a token of a session once, within its scope, and not over HTTP', async () => {
      const page = await signIn(here);
      const query = 'mutation { createSubscriptionToken(scope: READ) { token expiresAt scopes } }';
      const { data } = await send(here, query, pageOf(page));
      const made: { token: string; scopes: string[] } = JSON.parse(
        JSON.stringify(data?.['createSubscriptionToken']),
      );
      expect(made.scopes).toEqual(['READ']);
      expect(codeOf(await send(here, STATUS, bearer(made.token)))).toBe('UNAUTHENTICATED');
      const socket = await open(there, `Bearer ${made.token}`);
      expect(await socket.next()).toEqual({ type: 'connection_ack' });
      socket.subscribe('1', STATUS);
      expect(JSON.stringify(await socket.next())).toContain('HEALTHY');
      await socket.next();
      socket.subscribe('2', 'mutation { resetTimer { timer { id } } }');
      expect(JSON.stringify(await socket.next())).toContain('FORBIDDEN');
      const again = await open(there, `Bearer ${made.token}`);
      expect((await again.ended).code).toBe(4403);
      await socket.close();
    });

    it('gives no scope away that the caller has not', async () => {
      const key = await makeKey(here, 'reader', ['READ']);
      const query = 'mutation { createSubscriptionToken(scope: OPERATE) { token } }';
      expect(codeOf(await send(here, query, bearer(key.secret)))).toBe('FORBIDDEN');
    });

    it('keeps the token in Redis as a hash, for a minute', async () => {
      const { data } = await send(
        here,
        'mutation { createSubscriptionToken { token } }',
        bearer(ADMIN_SECRET),
      );
      const token = JSON.stringify(data).match(/dts_[\w-]+/)?.[0] ?? '';
      const keys = await redis.client.keys(`${redis.keyPrefix}:{access}:ticket:*`);
      expect(keys.join()).not.toContain(token);
      for (const key of keys) expect(await redis.client.pttl(key)).toBeLessThanOrEqual(60_000);
    });

    it.each(['Bearer wrong', 'Bearer dts_wrong', 'wrong', 42])('refuses %j with 4403', async (value) => {
      const socket = await open(here, value);
      expect(await socket.ended).toMatchObject({ code: 4403 });
    });

    it('closes within a second on every instance when a key or session is revoked', async () => {
      const key = await makeKey(here, 'watching', ['READ']);
      const page = await signIn(here);
      const { data } = await send(here, 'mutation { createSubscriptionToken { token } }', pageOf(page));
      const token = JSON.stringify(data).match(/dts_[\w-]+/)?.[0] ?? '';
      const sockets = [await open(there, `Bearer ${key.secret}`), await open(there, `Bearer ${token}`)];
      for (const socket of sockets) {
        await socket.next();
        socket.subscribe('1', 'subscription { systemStatusChanged { health } }');
        expect(await socket.next()).toMatchObject({ type: 'next' });
      }
      const revokes = [
        `mutation { revokeApiKey(id: "${key.id}") { key { id } } }`,
        `mutation { revokeSession(id: "${page.sessionId}") { session { id } } }`,
      ];
      const startedAt = performance.now();
      for (const revoke of revokes) await send(here, revoke, bearer(ADMIN_SECRET));
      const ends = await Promise.all(sockets.map((socket) => socket.ended));
      expect(ends).toEqual([
        { code: 4403, reason: 'Forbidden: the key or session has ended' },
        { code: 4403, reason: 'Forbidden: the key or session has ended' },
      ]);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    });
  });
});
