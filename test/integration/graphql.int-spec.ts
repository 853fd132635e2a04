import { WebSocket } from 'ws';
import { isRefusal } from '../../src/timer/timer.service';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';
import type { TestRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';

describe('the GraphQL API', () => {
  let redis: TestRedis;
  let here: ApiRig;
  let there: ApiRig;

  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    redis = await testRedis();
    closing.push(() => redis.close());
    const database = await testDatabase();
    closing.push(() => database.drop());
    const servers = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
    here = await ApiRig.start(servers);
    closing.push(() => here.close());
    there = await ApiRig.start(servers);
    closing.push(() => there.close());
  });

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await noHandlesLeft();
  });

  async function makeTimer(id: string): Promise<void> {
    const { errors } = await here.graphql(
      `mutation ($input: CreateTimerInput!) { createTimer(input: $input) { timer { id } } }`,
      { variables: { input: { id, tokenAddress: MINT } }, bearer: ADMIN_SECRET },
    );
    expect(errors).toEqual([]);
  }

  it('answers the default timer, all timers and the clock', async () => {
    const { data, errors } = await here.graphql(
      `{ timer { id status round durationMs remainingMs deadline serverTime stale viewers rules { sides mode } lastTrade { id } }
         timers { id } clock }`,
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      timer: { id: 'global', status: 'RUNNING', round: 1, durationMs: 600_000, stale: false },
      clock: expect.any(Number),
    });
  });

  it('answers null for a timer that does not exist', async () => {
    expect((await here.graphql('{ timer(id: "nowhere") { id } }')).data).toEqual({ timer: null });
  });

  it.each([
    ['without a secret', undefined],
    ['with a wrong secret', 'wrong'],
  ])('refuses mutations %s and changes nothing', async (_, bearer) => {
    const options = bearer === undefined ? {} : { bearer };
    const { errors } = await here.graphql('mutation { pauseTimer { timer { id } } }', options);
    expect(errors[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
    expect((await here.graphql('{ timer { status } }')).data).toEqual({ timer: { status: 'RUNNING' } });
  });

  it('names all problems of an input at once', async () => {
    const { errors } = await here.graphql(
      `mutation ($input: CreateTimerInput!) { createTimer(input: $input) { timer { id } } }`,
      {
        variables: {
          input: { id: 'No Slug', tokenAddress: MINT, durationMs: 0, rules: { sides: [], extendByMs: 5 } },
        },
        bearer: ADMIN_SECRET,
      },
    );
    expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(errors[0]?.extensions['fields']).toEqual([
      { path: 'input.id', message: expect.any(String) },
      { path: 'input.rules.sides', message: 'must name at least one side' },
      { path: 'input.rules.extendByMs', message: expect.any(String) },
      { path: 'input.durationMs', message: 'must be from 60000 to 3600000 ms' },
    ]);
  });

  it('names the field of a malformed token', async () => {
    const { errors } = await here.graphql(
      `mutation ($input: CreateTimerInput!) { createTimer(input: $input) { timer { id } } }`,
      { variables: { input: { id: 'abc', tokenAddress: '1111' } }, bearer: ADMIN_SECRET },
    );
    expect(errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.tokenAddress', message: expect.stringContaining('32 bytes') }],
    });
  });

  it.each([
    ['a document that is none', '{ timer {'],
    ['an unknown field', '{ timer { secret } }'],
    ['a wrong literal', '{ trades(first: "many") { nodes { id } } }'],
    ['a page that is too large', '{ trades(first: 501) { nodes { id } } }'],
    ['a cursor that is none', '{ rounds(after: "?") { nodes { number } } }'],
    ['too many aliases', `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: clock`).join(' ')} }`],
  ])('answers BAD_USER_INPUT to %s', async (_, query) => {
    const { errors } = await here.graphql(query);
    expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(errors)).not.toMatch(/stacktrace|node_modules/);
  });

  it('answers NOT_FOUND to the history and the reset of an unknown timer', async () => {
    const history = await here.graphql('{ trades(timerId: "nowhere") { nodes { id } } }');
    expect(history.errors[0]?.extensions['code']).toBe('NOT_FOUND');
    const reset = await here.graphql('mutation { resetTimer(id: "nowhere") { timer { id } } }', {
      bearer: ADMIN_SECRET,
    });
    expect(reset.errors[0]?.extensions['code']).toBe('NOT_FOUND');
  });

  it('pauses, refuses to pause twice, resumes and resets', async () => {
    await makeTimer('acts');
    const act = (mutation: string) => here.graphql(`mutation { ${mutation} }`, { bearer: ADMIN_SECRET });
    expect((await act('pauseTimer(id: "acts") { timer { status deadline } }')).data).toEqual({
      pauseTimer: { timer: { status: 'PAUSED', deadline: null } },
    });
    const again = await act('pauseTimer(id: "acts") { timer { status } }');
    expect(again.errors[0]?.extensions['code']).toBe('CONFLICT');
    expect((await act('resumeTimer(id: "acts") { timer { status } }')).data).toMatchObject({
      resumeTimer: { timer: { status: 'RUNNING' } },
    });
    expect((await act('resetTimer(id: "acts", reason: "test") { timer { status } }')).data).toMatchObject({
      resetTimer: { timer: { status: 'RUNNING' } },
    });
    const events = await eventually(
      () =>
        here.graphql(
          '{ timerEvents(timerId: "acts") { nodes { type actor reason } pageInfo { hasNextPage } } }',
        ),
      ({ data }) => JSON.stringify(data).includes('RESET'),
    );
    expect(events.data).toMatchObject({
      timerEvents: { nodes: expect.arrayContaining([{ type: 'RESET', actor: 'admin', reason: 'test' }]) },
    });
  });

  it('changes rules, and refuses when the expected revision is another', async () => {
    await makeTimer('rules');
    const update = (input: unknown) =>
      here.graphql(
        'mutation ($input: UpdateTimerInput!) { updateTimer(input: $input) { timer { durationMs rules { mode sides } } } }',
        { variables: { input }, bearer: ADMIN_SECRET },
      );
    const conflict = await update({
      id: 'rules',
      durationMs: 120_000,
      expectedEpoch: 1,
      expectedRevision: 999,
    });
    expect(conflict.errors[0]?.extensions['code']).toBe('CONFLICT');
    const done = await update({ id: 'rules', durationMs: 120_000, rules: { mode: 'EXTEND' } });
    expect(done.errors).toEqual([]);
    expect(done.data).toEqual({
      updateTimer: { timer: { durationMs: 120_000, rules: { mode: 'EXTEND', sides: ['BUY', 'SELL'] } } },
    });
  });

  it('tells a trade that one instance has seen to subscribers of another, with the same state', async () => {
    await makeTimer('shared');
    const fields = '{ epoch revision deadline status lastTrade { signature amount } }';
    const updates = [here, there].map((rig) =>
      rig.subscribe(`subscription { timerUpdated(id: "shared") ${fields} }`),
    );
    const trades = there.subscribe(
      'subscription { tradeDetected(timerId: "shared") { signature movedDeadline } }',
    );
    const first = await Promise.all(updates.map((iterator) => iterator.next()));
    expect(first[0]?.data).toMatchObject({ timerUpdated: { status: 'RUNNING', lastTrade: null } });
    const seen = trades.next();
    await eventually(
      () => redis.client.pubsub('NUMSUB', `${redis.keyPrefix}:{shared}:changes`),
      ([, count]) => Number(count) >= 2,
    );
    const trade = here.trade(1);
    const outcome = await here.timers.apply('shared', { trades: [trade], cursors: [] }, 1);
    expect(outcome.tag).toBe('ok');
    const second = await Promise.all(updates.map((iterator) => iterator.next()));
    expect(second[0]?.data).toEqual(second[1]?.data);
    expect(second[0]?.data).toMatchObject({
      timerUpdated: { lastTrade: { signature: trade.signature, amount: '1' } },
    });
    expect((await seen).data).toEqual({
      tradeDetected: { signature: trade.signature, movedDeadline: true },
    });
    for (const iterator of [...updates, trades]) await iterator.leave();
  });

  it('counts the viewers of all instances, and those who leave no longer', async () => {
    await makeTimer('seen');
    const subscriptions = [here, here, there].map((rig) =>
      rig.subscribe('subscription { timerUpdated(id: "seen") { viewers } }'),
    );
    await Promise.all(subscriptions.map((subscription) => subscription.next()));
    const viewers = async () => {
      for (const rig of [here, there, here]) await rig.tellViewers();
      const answers = await Promise.all(
        [here, there].map((rig) => rig.graphql('{ timer(id: "seen") { viewers } }')),
      );
      return answers.map(({ data }) => JSON.stringify(data));
    };
    const all = (count: number) => `{"timer":{"viewers":${count}}}`;
    expect(await viewers()).toEqual([all(3), all(3)]);
    for (const subscription of subscriptions.slice(1)) await subscription.leave();
    expect(await eventually(viewers, (answers) => answers.every((answer) => answer === all(1)))).toEqual([
      all(1),
      all(1),
    ]);
    await subscriptions[0]?.leave();
  });

  it('answers BAD_USER_INPUT over a socket, too', async () => {
    const subscription = here.subscribe('subscription { timerUpdated(id: {}) { id } }');
    await expect(subscription.next()).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('answers NOT_FOUND to a subscription of an unknown timer', async () => {
    const iterator = here.subscribe('subscription { timerUpdated(id: "nowhere") { id } }');
    expect((await iterator.next()).errors?.[0]?.extensions).toEqual({ code: 'NOT_FOUND' });
    await iterator.leave();
  });

  it('ticks without any change, with a later serverTime each time', async () => {
    const iterator = here.subscribe('subscription { timerTick { serverTime revision } }');
    const timeOf = async () => Number((await iterator.next()).data?.['timerTick']?.['serverTime']);
    const first = await timeOf();
    expect(await timeOf()).toBeGreaterThan(first);
    await iterator.leave();
  });

  it('refuses sockets from pages of other hosts, and takes those of its own', async () => {
    const open = (origin: string) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(`ws://${here.host}/graphql`, 'graphql-transport-ws', { origin });
        socket.once('open', () => {
          socket.terminate();
          resolve(101);
        });
        socket.once('unexpected-response', (request, response) => {
          request.destroy();
          resolve(response.statusCode ?? 0);
        });
        socket.once('error', () => undefined);
      });
    expect(await open('https://elsewhere.example')).toBe(403);
    expect(await open(`http://${here.host}`)).toBe(101);
  });

  it('closes a socket that sends more than 64 kB', async () => {
    const code = await new Promise<number>((resolve) => {
      const socket = new WebSocket(`ws://${here.host}/graphql`, 'graphql-transport-ws');
      socket.once('open', () => socket.send('x'.repeat(70_000)));
      socket.once('close', resolve);
    });
    expect(code).toBe(1009);
  });

  it('answers BAD_USER_INPUT to a body that is too large, and to one that is no JSON', async () => {
    const post = (body: string) =>
      here.get('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const large = await post(JSON.stringify({ query: `{ clock } #${'x'.repeat(200_000)}` }));
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    const broken = await post('{');
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it('answers BAD_USER_INPUT to a subscription over HTTP', async () => {
    const { status, errors } = await here.graphql('subscription { timerTick { id } }');
    expect({ status, errors }).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  it('makes a timer only once', async () => {
    await makeTimer('once');
    const again = await here.timers.create(
      {
        id: 'once',
        tokenAddress: MINT,
        durationMs: 60_000,
        rules: { sides: ['BUY'], minAmount: '0', mode: 'RESET', extendByMs: 1, maxRemainingMs: null },
        pools: [],
        chainReading: true,
        isPaused: false,
      },
      { actor: 'test', reason: null },
    );
    expect(isRefusal(again)).toBe(true);
  });
});

describe('the limit of a client', () => {
  it('slides over all routes, counts one operation once, and leaves probes alone', async () => {
    await using redis = await testRedis();
    await using database = await testDatabase();
    await using rig = await ApiRig.start({
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
      RATE_LIMITING_ENABLED: 'true',
      RATE_LIMIT_MAX_REQUESTS: '3',
    });
    for (let count = 0; count < 2; count += 1) {
      expect((await rig.graphql('{ a: clock b: clock c: clock timers { id } }')).errors).toEqual([]);
    }
    expect((await rig.get('/api/timer')).status).toBe(200);
    const refused = await rig.graphql('{ clock }');
    expect(refused.errors[0]?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: expect.any(Number),
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const route = await rig.get('/api/timer');
    expect(route.status).toBe(429);
    expect(await route.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    expect((await rig.get('/api/health/live')).status).toBe(200);
  });
});
