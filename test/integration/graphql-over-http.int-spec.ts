import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serverAudits } from 'graphql-http';
import type { AuditResult } from 'graphql-http';
import { createClient } from 'graphql-ws';
import type { Client, ClientOptions } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { Instance } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const TOLD_BY_STATUS =
  'a document that cannot be run is told by 400 in either media type, so that proxies, dashboards and scripts see it';
const CSRF =
  'a GET without a header that only scripts can set is refused, since any page could make a browser send it';

/** What is recommended and not done; every other audit has to pass, and each of these has to fail. */
const DEVIATIONS: Readonly<Record<string, string>> = {
  '572B': TOLD_BY_STATUS,
  FDE2: TOLD_BY_STATUS,
  '7B9B': TOLD_BY_STATUS,
  '5A70': CSRF,
  D6D5: CSRF,
  '6A70': CSRF,
};

describe('conformance', () => {
  const cleanup = new Cleanup();
  let rig: ApiRig;
  let instance: Instance;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    const servers = { REDIS_URL: redis.url, DATABASE_URL: database.url };
    rig = cleanup.add(await ApiRig.start({ ...servers, REDIS_KEY_PREFIX: redis.keyPrefix }), (it) =>
      it.close(),
    );
    const alone = { REDIS_KEY_PREFIX: `${redis.keyPrefix}-built`, CHAIN_READING_ENABLED: 'false' };
    const ownDatabase = cleanup.add(await testDatabase(), (it) => it.drop());
    const environment = { ...servers, DATABASE_URL: ownDatabase.url, ...alone };
    instance = cleanup.add(await Instance.start(environment), (it) => it.close());
  });

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  describe.each([
    ['as modules', () => `http://${rig.host}/graphql`],
    ['as it is built', () => `${instance.url}/graphql`],
  ])('of GraphQL over HTTP, the service %s', (_, url) => {
    it.each(serverAudits({ url }).map(({ id, name, fn }) => [name, id, fn] as const))(
      '%s (%s)',
      async (name, id, audit) => {
        const result = await audit();
        const failure = await failureOf(result);
        if (id in DEVIATIONS) {
          expect(name).toMatch(/^(SHOULD|MAY) /);
          expect(result.status).not.toBe('ok');
        } else {
          expect(failure).toBeNull();
        }
      },
    );
  });

  it('knows no deviation that is no audit', () => {
    const ids = serverAudits({ url: '' }).map(({ id }) => id);
    expect(Object.keys(DEVIATIONS).filter((id) => !ids.includes(id))).toEqual([]);
    expect(ids.length).toBeGreaterThan(50);
  });

  describe('of GraphQL over WebSocket, by the client of graphql-ws', () => {
    /** A client that remembers the kinds of messages it was sent. */
    function connect(options: Partial<ClientOptions> = {}): { client: Client; kinds: string[] } {
      const kinds: string[] = [];
      const client = createClient({
        url: `ws://${rig.host}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        on: { message: ({ type }) => kinds.push(type) },
        ...options,
      });
      return { client, kinds };
    }

    it('acknowledges, answers a query by next and complete, and a mutation of an admin', async () => {
      const { client, kinds } = connect({ connectionParams: { authorization: `Bearer ${ADMIN_SECRET}` } });
      const results = client.iterate({ query: '{ timer { id } }' });
      expect((await results.next()).value).toEqual({ data: { timer: { id: 'global' } } });
      expect((await results.next()).done).toBe(true);
      expect(kinds).toEqual(['connection_ack', 'next', 'complete']);
      const reset = client.iterate({ query: 'mutation { resetTimer { timer { id } } }' });
      expect((await reset.next()).value).toEqual({ data: { resetTimer: { timer: { id: 'global' } } } });
      await client.dispose();
    });

    it('answers the pings of the client', async () => {
      const { client, kinds } = connect({ keepAlive: 20, lazy: false });
      await eventually(
        () => Promise.resolve(kinds.filter((kind) => kind === 'pong').length),
        (pongs) => pongs >= 2,
      );
      await client.dispose();
    });

    it('ends an invalid operation by error, and goes on with the next', async () => {
      const { client, kinds } = connect({ lazy: false });
      const invalid = client.iterate({ query: '{ nothing }' });
      await expect(invalid.next()).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      const valid = client.iterate({ query: '{ clock }' });
      expect((await valid.next()).value).toEqual({ data: { clock: expect.any(Number) } });
      expect(kinds.slice(0, 3)).toEqual(['connection_ack', 'error', 'next']);
      await client.dispose();
    });

    it('sends nothing more once the client has completed a subscription', async () => {
      const { client, kinds } = connect({ lazy: false });
      const states = client.iterate({ query: 'subscription { timerTick { id } }' });
      await states.next();
      await states.return?.();
      const heard = kinds.length;
      const later = client.iterate({ query: 'query { clock }' });
      await later.next();
      expect((await later.next()).done).toBe(true);
      expect(kinds.slice(heard)).toEqual(['next', 'complete']);
      await client.dispose();
    });

    it('completes a subscription whose subject is gone', async () => {
      const bearer = ADMIN_SECRET;
      const input = { id: 'short-lived', tokenAddress: MINT };
      const made = 'mutation ($input: CreateTimerInput!) { createTimer(input: $input) { timer { id } } }';
      expect((await rig.graphql(made, { variables: { input }, bearer })).errors).toEqual([]);
      const { client, kinds } = connect();
      const states = client.iterate({ query: 'subscription { timerUpdated(id: "short-lived") { id } }' });
      await states.next();
      const gone = 'mutation { deleteTimer(id: "short-lived") { timer { id } } }';
      expect((await rig.graphql(gone, { bearer })).errors).toEqual([]);
      for (let isOver = false; !isOver;) isOver = (await states.next()).done === true;
      expect(kinds.at(-1)).toBe('complete');
      await client.dispose();
    });

    it('closes a client with a wrong secret by 4403', async () => {
      const { client } = connect({ connectionParams: { authorization: 'Bearer wrong' } });
      await expect(client.iterate({ query: '{ clock }' }).next()).rejects.toMatchObject({ code: 4403 });
      await client.dispose();
    });
  });

  it('of health: the probe of the container takes the answer', async () => {
    const probe = join(process.cwd(), 'scripts/healthcheck.cjs');
    const { port } = new URL(instance.url);
    const env = { PATH: process.env['PATH'] ?? '', PORT: port };
    await promisify(execFile)(process.execPath, [probe], { env });
  });
});

/** What an audit found, with the answer it found it in; null when all is well. */
async function failureOf(result: AuditResult): Promise<unknown> {
  if (result.status === 'ok') return null;
  const { reason, response } = result;
  const body = response.bodyUsed ? null : await response.text();
  return { reason, status: response.status, type: response.headers.get('content-type'), body };
}
