import { isObjectType } from 'graphql';
import type { GraphQLField, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { buildSchema } from '../../src/graphql/build-schema';
import { makeCallers, makeTicket } from '../support/access-callers';
import type { Callers } from '../support/access-callers';
import { bearer, codeOf, makeKey, pageOf, send, signIn } from '../support/access-rig';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { minimalDocument } from '../support/minimal-document';
import { watchOpenHandles } from '../support/open-handles';
import { RawSocket } from '../support/raw-socket';
import { testDatabase, testRedis } from '../support/servers';
import type { TestRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();

type Rule = 'public' | 'read' | 'operate' | 'admin';

/** Who may do what; a field that is not here has no rule. */
const RULES: Readonly<Record<'Query' | 'Mutation' | 'Subscription', Readonly<Record<string, Rule>>>> = {
  Query: {
    clock: 'public',
    rounds: 'public',
    timer: 'public',
    timerEvents: 'public',
    timerStats: 'public',
    timers: 'public',
    tradeBuckets: 'public',
    trades: 'public',
    alertRules: 'read',
    alerts: 'read',
    caller: 'read',
    creditUsage: 'read',
    instances: 'read',
    outgoingWebhooks: 'read',
    settings: 'read',
    settingsHistory: 'read',
    systemStatus: 'read',
    webhookDeliveries: 'read',
    heliusWebhooks: 'operate',
    inspectTransaction: 'operate',
    apiKeys: 'admin',
    auditLog: 'admin',
    sessions: 'admin',
  },
  Mutation: {
    signIn: 'public',
    createSubscriptionToken: 'read',
    signOut: 'read',
    addWatchedAddress: 'operate',
    confirmClock: 'operate',
    pauseTimer: 'operate',
    removeWatchedAddress: 'operate',
    replayDelivery: 'operate',
    resetTimer: 'operate',
    resumeTimer: 'operate',
    sendTestAlert: 'operate',
    testHeliusWebhook: 'operate',
    updateMonitoring: 'operate',
    createApiKey: 'admin',
    createOutgoingWebhook: 'admin',
    createTimer: 'admin',
    deleteHeliusWebhook: 'admin',
    deleteOutgoingWebhook: 'admin',
    deleteTimer: 'admin',
    registerHeliusWebhook: 'admin',
    restoreSettings: 'admin',
    revokeApiKey: 'admin',
    revokeSession: 'admin',
    updateAlertRule: 'admin',
    updateHeliusWebhook: 'admin',
    updateOutgoingWebhook: 'admin',
    updateSettings: 'admin',
    updateTimer: 'admin',
  },
  Subscription: {
    roundEnded: 'public',
    timerTick: 'public',
    timerUpdated: 'public',
    tradeDetected: 'public',
    alertChanged: 'read',
    creditUsageChanged: 'read',
    systemStatusChanged: 'read',
  },
};

const SCOPES: readonly Rule[] = ['public', 'read', 'operate', 'admin'];

/** What callers over HTTP may do at most, or with which code they are refused. */
const CALLERS: Readonly<Record<string, Rule | 'UNAUTHENTICATED' | 'FORBIDDEN'>> = {
  none: 'UNAUTHENTICATED',
  'wrong secret': 'UNAUTHENTICATED',
  'wrong key': 'UNAUTHENTICATED',
  'unknown key': 'UNAUTHENTICATED',
  'another scheme': 'UNAUTHENTICATED',
  'token for a socket': 'UNAUTHENTICATED',
  'expired key': 'UNAUTHENTICATED',
  'revoked key': 'UNAUTHENTICATED',
  'expired session': 'UNAUTHENTICATED',
  'revoked session': 'UNAUTHENTICATED',
  'unknown session': 'UNAUTHENTICATED',
  'session without CSRF token': 'FORBIDDEN',
  'session with a wrong CSRF token': 'FORBIDDEN',
  'session from a foreign origin': 'FORBIDDEN',
  'read key': 'read',
  'operate key': 'operate',
  'admin key': 'admin',
  'read session': 'read',
  'admin session': 'admin',
  secret: 'admin',
};

/** Callers whose attempts are counted as wrong ones. */
const GUESSES = new Set(['wrong secret', 'wrong key', 'unknown key']);
const AT_ONCE = 20;

function expected(rule: Rule, may: Rule | 'UNAUTHENTICATED' | 'FORBIDDEN'): string {
  if (rule === 'public') return 'passes';
  if (may === 'UNAUTHENTICATED' || may === 'FORBIDDEN') return may;
  return SCOPES.indexOf(may) >= SCOPES.indexOf(rule) ? 'passes' : 'FORBIDDEN';
}

function verdictOf(code: unknown): string {
  return code === 'UNAUTHENTICATED' || code === 'FORBIDDEN' || code === 'RATE_LIMITED' ? code : 'passes';
}

describe('who may do what', () => {
  const cleanup = new Cleanup();
  let redis: TestRedis;
  let rig: ApiRig;
  let schema: GraphQLSchema;
  let callers: Callers;
  let next = 0;

  beforeAll(async () => {
    schema = await buildSchema();
    redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    const servers = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
    rig = cleanup.add(await ApiRig.start({ ...servers, TRUST_PROXY: 'true' }), (it) => it.close());
    callers = await makeCallers(rig, database.url);
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  const typeOf = (root: keyof typeof RULES): GraphQLObjectType => {
    const type = schema.getType(root);
    if (!isObjectType(type)) throw new Error(`there is no ${root}`);
    return type;
  };

  const fieldsOf = (root: keyof typeof RULES): GraphQLField<unknown, unknown>[] =>
    Object.values(typeOf(root).getFields());

  /** Sends as somebody of another address each time, so that nobody's wrong attempts stand in the way of others. */
  const sendAs = async (caller: string, query: string): Promise<unknown> => {
    next += 1;
    const from = { 'x-forwarded-for': `10.${next >> 16}.${(next >> 8) & 255}.${next & 255}` };
    return codeOf(await send(rig, query, { ...callers[caller], ...from }));
  };

  it('has a rule for every field, and the schema tells the same', () => {
    for (const root of ['Query', 'Mutation', 'Subscription'] as const) {
      const told = Object.fromEntries(
        fieldsOf(root).map(({ name, extensions }) => [name, extensions['access'] ?? 'public']),
      );
      expect(told).toEqual(RULES[root]);
    }
  });

  it('has every kind of caller', () => {
    expect(Object.keys(callers).sort()).toEqual(Object.keys(CALLERS).sort());
  });

  it.each(Object.entries(CALLERS))(
    'lets %s (%s) over HTTP exactly what is meant for it',
    async (caller, may) => {
      const cases = (['Query', 'Mutation'] as const).flatMap((root) =>
        fieldsOf(root).map((field) => ({
          name: field.name,
          rule: RULES[root][field.name] ?? 'admin',
          query: minimalDocument(root === 'Query' ? 'query' : 'mutation', field),
        })),
      );
      // signing in with a wrong secret is another test's; signing out comes last, since nothing passes after it
      const asked = cases.filter(({ name }) => name !== 'signIn' && name !== 'signOut');
      const seen: Record<string, string> = {};
      for (let at = 0; at < asked.length; at += AT_ONCE) {
        if (GUESSES.has(caller)) await redis.client.del(`${redis.keyPrefix}:{access}:wrong`);
        const part = asked.slice(at, at + AT_ONCE);
        const codes = await Promise.all(part.map(({ query }) => sendAs(caller, query)));
        part.forEach(({ name }, index) => (seen[name] = verdictOf(codes[index])));
      }
      seen['signOut'] = verdictOf(await sendAs(caller, 'mutation { signOut { __typename } }'));
      const meant = cases.filter(({ name }) => name !== 'signIn');
      expect(seen).toEqual(Object.fromEntries(meant.map(({ name, rule }) => [name, expected(rule, may)])));
    },
    120_000,
  );

  it('lets whoever passed on a socket do exactly what is meant for it', async () => {
    const key = await makeKey(rig, 'socket reader', ['READ']);
    const proxied = { 'x-forwarded-for': '10.255.0.1' };
    const page = await signIn(rig, ADMIN_SECRET, proxied);
    const sockets: readonly [string, Rule | 'UNAUTHENTICATED', RawSocket][] = [
      ['none', 'UNAUTHENTICATED', await RawSocket.ready(rig.host)],
      ['cookie', 'UNAUTHENTICATED', await ready(rig.host, undefined, pageOf(page))],
      ['read key', 'read', await ready(rig.host, key.secret)],
      [
        'operate token',
        'operate',
        await ready(rig.host, await makeTicket(rig, 'OPERATE', { ...pageOf(page), ...proxied })),
      ],
      ['secret', 'admin', await ready(rig.host, ADMIN_SECRET)],
    ];
    for (const [who, may, socket] of sockets) {
      const seen: Record<string, string> = {};
      const meant: Record<string, string> = {};
      for (const root of ['Query', 'Mutation', 'Subscription'] as const) {
        for (const field of fieldsOf(root)) {
          if (field.name === 'signIn' || field.name === 'signOut') continue;
          const operation =
            root === 'Query' ? 'query' : root === 'Mutation' ? 'mutation' : ('subscription' as const);
          // what yields nothing by itself is public; it is enough that it is not refused
          if (root === 'Subscription' && RULES.Subscription[field.name] === 'public') continue;
          seen[field.name] = verdictOf(await ask(socket, minimalDocument(operation, field)));
          meant[field.name] = expected(RULES[root][field.name] ?? 'admin', may);
        }
      }
      expect({ who, seen }).toEqual({ who, seen: meant });
      await socket.close();
    }
  }, 120_000);

  it('cannot be signed in to over a socket', async () => {
    const socket = await RawSocket.ready(rig.host);
    expect(await ask(socket, `mutation { signIn(secret: "${ADMIN_SECRET}") { csrfToken } }`)).toBe(
      'FORBIDDEN',
    );
    await socket.close();
  });

  it('refuses sockets of foreign origins, with everything else right', async () => {
    const headers = { origin: 'https://elsewhere.example', ...bearer(ADMIN_SECRET) };
    await expect(RawSocket.open(rig.host, { headers })).rejects.toThrow('403');
  });

  it('leaves an entry in the audit log for every mutation of an administrator that was let pass', async () => {
    const { data } = await send(
      rig,
      '{ auditLog(first: 500) { nodes { action outcome } } }',
      bearer(ADMIN_SECRET),
    );
    const found: { nodes: { action: string }[] } = JSON.parse(JSON.stringify(data?.['auditLog']));
    const actions = new Set(found.nodes.map(({ action }) => action));
    expect([...actions].sort()).toEqual(Object.keys(RULES.Mutation).sort());
  });
});

async function ready(host: string, token?: string, headers: Record<string, string> = {}): Promise<RawSocket> {
  const socket = await RawSocket.open(host, { headers });
  socket.send({
    type: 'connection_init',
    payload: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  await socket.next();
  return socket;
}

/**
 * Code of the first answer of an operation; `ok` where there is no error. A subscription may have nothing to tell yet: it
 * is not refused when a question that takes longer, asked after it, is answered first.
 */
async function ask(socket: RawSocket, query: string): Promise<unknown> {
  const id = String((operations += 1));
  const later = `${id} later`;
  const isSubscription = query.startsWith('subscription');
  socket.subscribe(id, query);
  if (isSubscription) socket.subscribe(later, '{ clock systemStatus { health } }');
  for (;;) {
    const message = await socket.next();
    const code = /"code":"([A-Z_]+)"/.exec(JSON.stringify(message))?.[1] ?? 'ok';
    const isAnswer = message.id === id || (message.id === later && code === 'ok');
    if (!isAnswer) continue;
    // a socket takes a hundred messages a second; queries and mutations complete by themselves
    if (isSubscription) socket.send({ id, type: 'complete' });
    return code;
  }
}

let operations = 0;
