import { Redis } from 'ioredis';
import { eventually } from '../support/eventually';
import type { Instance } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { RawSocket } from '../support/raw-socket';
import { World } from '../support/world';

const noHandlesLeft = watchOpenHandles();

/** Secrets of the environment of this run, by what they are. */
const GIVEN = {
  present: 'present-secret-of-the-leak-test',
  former: 'former-secret-of-the-leak-test',
  webhook: 'webhook-secret-of-the-leak-test',
  helius: 'helius-key-of-the-leak-test-0123',
  rpc: 'rpc-key-of-the-leak-test-0123456',
  alert: 'alert-hook-of-the-leak-test-0123',
  metrics: 'metrics-key-of-the-leak-test-012',
};
const GUESS = 'guess-that-nobody-may-ever-read';

describe('a full run', () => {
  let world: World | undefined;
  let instance: Instance | undefined;
  let redis: Redis | undefined;
  /** What was answered, but for what hands out a secret once. */
  const answers: string[] = [];

  beforeAll(async () => {
    world = await World.start(true);
    instance = await world.instance({
      ADMIN_SECRET: `${GIVEN.present},${GIVEN.former}`,
      HELIUS_WEBHOOK_SECRET: GIVEN.webhook,
      HELIUS_API_KEY: GIVEN.helius,
      SOLANA_RPC_ENDPOINTS: `${world.chain.url}/?api-key=${GIVEN.rpc}`,
      ALERT_WEBHOOK_URL: `http://127.0.0.1:9/hooks/${GIVEN.alert}`,
      METRICS_ENDPOINT: `http://127.0.0.1:9/push?key=${GIVEN.metrics}`,
      LOG_LEVEL: 'debug',
    });
    redis = new Redis(world.redis.url);
  }, 90_000);

  afterAll(async () => {
    redis?.disconnect();
    await world?.close();
    await noHandlesLeft();
  }, 60_000);

  const running = (): Instance => {
    if (instance === undefined) throw new Error('nothing runs');
    return instance;
  };

  const ask = async (
    query: string,
    headers: Record<string, string> = {},
    isHandingOut = false,
  ): Promise<{ text: string; cookies: string[] }> => {
    const response = await fetch(`${running().url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
    const text = await response.text();
    if (!isHandingOut) answers.push(text, JSON.stringify([...response.headers]));
    return { text, cookies: response.headers.getSetCookie() };
  };

  const bearer = (text: string): Record<string, string> => ({ authorization: `Bearer ${text}` });
  const found = (text: string, shape: RegExp): string => {
    const value = shape.exec(text)?.[1];
    if (value === undefined) throw new Error(`nothing like ${shape.source} in ${text}`);
    return value;
  };

  it('leaves no secret in logs, answers, metrics, Postgres or Redis', async () => {
    const { url } = running();
    const signedIn = await ask(`mutation { signIn(secret: "${GIVEN.former}") { csrfToken } }`, {}, true);
    const csrf = found(signedIn.text, /"csrfToken":"([^"]+)"/);
    const cookie = signedIn.cookies.map((line) => line.split(';')[0]).join('; ');
    const session = found(cookie, /session=([\w-]+)/);
    const page = { cookie, 'x-csrf-token': csrf };
    const made = await ask(
      'mutation { createApiKey(input: { name: "leak test", scopes: [ADMIN] }) { secret } }',
      page,
      true,
    );
    const key = found(made.text, /"secret":"([^"]+)"/);
    const token = await ask('mutation { createSubscriptionToken { token } }', page, true);
    const ticket = found(token.text, /"token":"([^"]+)"/);
    for (const text of [ticket, key, GUESS]) {
      const socket = await RawSocket.open(new URL(url).host);
      socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${text}` } });
      if (text !== GUESS) {
        await socket.next();
        socket.subscribe('1', 'subscription { systemStatusChanged { health problems } }');
        await socket.next();
      }
      await socket.close();
      answers.push(JSON.stringify(socket.messages), JSON.stringify(await socket.ended));
    }
    for (const headers of [bearer(GUESS), bearer(`${key}x`), bearer(GIVEN.present), bearer(key), page]) {
      await ask(
        '{ systemStatus { health problems chain { note endpoints { name } } } settings { version } }',
        headers,
      );
      await ask(
        '{ auditLog { nodes { arguments before after } } sessions { id } apiKeys { id name } }',
        headers,
      );
      await ask('mutation { resetTimer(reason: "leak test") { timer { id } } }', headers);
      await ask('{ heliusWebhooks { url } }', headers);
    }
    await ask(`mutation { signIn(secret: "${GUESS}") { csrfToken } }`);
    for (const authorization of [GIVEN.webhook, GUESS]) {
      const push = await fetch(`${url}/api/webhook/helius`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: '[]',
      });
      answers.push(await push.text());
    }
    await eventually(
      () => running().graphql('{ trades { nodes { id } } }'),
      (answer) => JSON.stringify(answer).includes('"id"'),
      60_000,
    );
    for (const path of [
      '/api/health',
      '/metrics',
      '/api/timer',
      '/api/history/trades.ndjson',
      '/',
      '/nowhere',
    ])
      answers.push(await (await fetch(`${url}${path}`)).text());
    await ask('mutation { signOut { session { id } } }', page);
    const stored = `${await everythingIn(world)}\n${await everythingInRedis(redis)}`;
    await running().end('SIGTERM');

    const seen = {
      answers: answers.join('\n'),
      log: running().log,
      stored,
    };
    expect(seen.log).toContain('signed in');
    expect(seen.stored).toContain('leak test');
    const secrets = { ...GIVEN, csrf, session, key, keySecret: key.slice(37), ticket, GUESS };
    for (const [where, text] of Object.entries(seen)) {
      const leaked = Object.entries(secrets).filter(([, secret]) => text.includes(secret));
      expect({ where, leaked: leaked.map(([name]) => name) }).toEqual({ where, leaked: [] });
    }
  }, 150_000);
});

/** Every row of every table, as text. */
async function everythingIn(world: World | undefined): Promise<string> {
  const tables =
    (await world?.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    )) ?? [];
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = (await world?.query<{ text: string }>(`select t::text as text from ${name} t`)) ?? [];
    texts.push(...rows.map(({ text }) => text));
  }
  return texts.join('\n');
}

/** Every key of Redis with what it holds, as text. */
async function everythingInRedis(redis: Redis | undefined): Promise<string> {
  const texts: string[] = [];
  for (const name of (await redis?.keys('*')) ?? []) {
    texts.push(name, await contentOf(redis, name));
  }
  return texts.join('\n');
}

async function contentOf(redis: Redis | undefined, name: string): Promise<string> {
  switch (await redis?.type(name)) {
    case 'string':
      return (await redis?.get(name)) ?? '';
    case 'hash':
      return JSON.stringify(await redis?.hgetall(name));
    case 'zset':
      return JSON.stringify(await redis?.zrange(name, 0, -1));
    case 'set':
      return JSON.stringify(await redis?.smembers(name));
    case 'list':
      return JSON.stringify(await redis?.lrange(name, 0, -1));
    case 'stream':
      return JSON.stringify(await redis?.xrange(name, '-', '+'));
    default:
      return '';
  }
}
