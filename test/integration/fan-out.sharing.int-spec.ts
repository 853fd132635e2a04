import { isRefusal } from '../../src/timer/timer.service';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { RawSocket } from '../support/raw-socket';
import { testDatabase, testRedis } from '../support/servers';
import type { TestRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const UPDATES =
  'subscription ($id: ID!) { timerUpdated(id: $id) { revision serverTime viewers lastTrade { trader } } }';

describe('subscriptions that are shared', () => {
  let redis: TestRedis;
  let rig: ApiRig;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    redis = await testRedis();
    closing.push(() => redis.close());
    const database = await testDatabase();
    closing.push(() => database.drop());
    rig = await ApiRig.start({
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
    });
    closing.push(() => rig.close());
  });

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await noHandlesLeft();
  });

  async function makeTimer(id: string): Promise<void> {
    const { errors } = await rig.graphql(
      'mutation ($input: CreateTimerInput!) { createTimer(input: $input) { timer { id } } }',
      { variables: { input: { id, tokenAddress: MINT } }, bearer: ADMIN_SECRET },
    );
    expect(errors).toEqual([]);
  }

  async function reset(id: string): Promise<void> {
    const outcome = await rig.timers.reset(id, { actor: 'test', reason: null });
    expect(isRefusal(outcome)).toBe(false);
  }

  async function metric(name: string): Promise<number> {
    const text = await (await rig.get('/metrics')).text();
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
  }

  async function followers(count: number, id: string, payload?: unknown): Promise<RawSocket[]> {
    const sockets = await Promise.all(
      Array.from({ length: count }, () => RawSocket.ready(rig.host, payload)),
    );
    for (const [number, socket] of sockets.entries()) {
      socket.subscribe(`id-${number}`, UPDATES, { variables: { id } });
      expect(await socket.next()).toMatchObject({ id: `id-${number}`, type: 'next' });
    }
    return sockets;
  }

  const closeAll = async (sockets: readonly RawSocket[]): Promise<void> => {
    for (const socket of sockets) await socket.close();
    await eventually(
      () => metric('ws_groups'),
      (groups) => groups === 0,
    );
  };

  it('are one group for many clients, and each gets the same bytes behind its own id', async () => {
    await makeTimer('same');
    const sockets = await followers(20, 'same');
    expect(await metric('ws_groups')).toBe(1);
    expect(await metric('ws_shared_subscriptions')).toBe(20);
    await reset('same');
    const told = await Promise.all(sockets.map((socket) => socket.next()));
    expect(told.map(({ id }) => id)).toEqual(sockets.map((_, number) => `id-${number}`));
    expect(new Set(told.map(({ payload }) => JSON.stringify(payload))).size).toBe(1);
    await closeAll(sockets);
  });

  it('are told apart by variables, by operation, and by what the caller may', async () => {
    await makeTimer('here');
    await makeTimer('there');
    const sockets = [
      ...(await followers(2, 'here')),
      ...(await followers(1, 'there')),
      ...(await followers(1, 'here', { authorization: `Bearer ${ADMIN_SECRET}` })),
    ];
    expect(await metric('ws_groups')).toBe(3);
    const [first] = sockets;
    const query = 'subscription a { timerTick { id } } subscription b { timerTick { round } }';
    for (const operationName of ['a', 'b']) first?.subscribe(operationName, query, { operationName });
    expect(await metric('ws_groups')).toBe(5);
    await closeAll(sockets);
  });

  it('are the same whatever the order of keys, and whatever variables are not used', async () => {
    const socket = await RawSocket.ready(rig.host);
    const query = 'subscription ($a: ID!) { timerUpdated(id: $a) { id } }';
    socket.subscribe('1', query, { variables: { a: 'global', b: 1 } });
    socket.subscribe('2', query, { variables: { b: 2, a: 'global' } });
    expect([(await socket.next()).id, (await socket.next()).id].sort()).toEqual(['1', '2']);
    expect(await metric('ws_groups')).toBe(1);
    await closeAll([socket]);
  });

  it('tell a late one the present state at once, with a later serverTime', async () => {
    await makeTimer('late');
    const [early, ...none] = await followers(1, 'late');
    await reset('late');
    const told = await early?.next();
    const [late] = await followers(1, 'late');
    const seen = late?.messages.at(-1);
    const timeOf = (message: unknown): number =>
      Number(/"serverTime":(\d+)/.exec(JSON.stringify(message))?.[1]);
    const revisionOf = (message: unknown): string | undefined =>
      /"revision":(\d+)/.exec(JSON.stringify(message))?.[1];
    expect(revisionOf(seen)).toBe(revisionOf(told));
    expect(timeOf(seen)).toBeGreaterThanOrEqual(timeOf(told));
    expect(none).toEqual([]);
    await closeAll([early, late].filter((socket) => socket !== undefined));
  });

  it('count every subscriber as a viewer, and those who leave no longer', async () => {
    await makeTimer('watched');
    const sockets = await followers(5, 'watched');
    const viewers = async (): Promise<unknown> =>
      (await rig.graphql('{ timer(id: "watched") { viewers } }')).data?.['timer']?.['viewers'];
    expect(await viewers()).toBe(5);
    sockets[0]?.terminate();
    sockets[1]?.send({ id: 'id-1', type: 'complete' });
    await eventually(viewers, (count) => count === 3);
    await closeAll(sockets);
    expect(await viewers()).toBe(0);
  });

  it('end for every member when the timer is deleted', async () => {
    await makeTimer('doomed');
    const sockets = await followers(3, 'doomed');
    expect(await rig.timers.delete('doomed', { actor: 'test', reason: null })).toBeNull();
    for (const [number, socket] of sockets.entries()) {
      let message = await socket.next();
      while (message.type === 'next') message = await socket.next();
      expect(message).toEqual({ id: `id-${number}`, type: 'complete' });
    }
    await closeAll(sockets);
  });

  it('tell every member that there is no such timer, and listen to nothing for it', async () => {
    const sockets = await Promise.all([1, 2, 3].map(() => RawSocket.ready(rig.host)));
    for (const socket of sockets) socket.subscribe('1', UPDATES, { variables: { id: 'nowhere' } });
    for (const socket of sockets) {
      expect(await socket.next()).toMatchObject({
        type: 'next',
        payload: { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
      });
      expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
    }
    const channels = await redis.client.pubsub('CHANNELS', `${redis.keyPrefix}:{nowhere}*`);
    expect(channels).toEqual([]);
    await closeAll(sockets);
  });

  it('deliver trades in order, each once, to all who were there', async () => {
    await makeTimer('trades');
    const sockets = await Promise.all([1, 2].map(() => RawSocket.ready(rig.host)));
    for (const socket of sockets)
      socket.subscribe('1', 'subscription { tradeDetected(timerId: "trades") { signature } }');
    // an answer to a later message tells that the subscription before it has begun
    await eventually(
      () => metric('ws_shared_subscriptions'),
      (count) => count === 2,
    );
    await eventually(
      () => redis.client.pubsub('NUMSUB', `${redis.keyPrefix}:{trades}:changes`),
      ([, count]) => Number(count) > 0,
    );
    const signatures: string[] = [];
    for (let batch = 0; batch < 5; batch += 1) {
      const trades = [1, 2, 3].map((number) => rig.trade(batch * 3 + number));
      signatures.push(...trades.map(({ signature }) => signature));
      expect((await rig.timers.apply('trades', { trades, cursors: [] }, 1)).tag).toBe('ok');
      await rig.timers.apply('trades', { trades, cursors: [] }, 1);
    }
    for (const socket of sockets) {
      const seen: unknown[] = [];
      while (seen.length < signatures.length) seen.push((await socket.next()).payload);
      expect(seen).toEqual(signatures.map((signature) => ({ data: { tradeDetected: { signature } } })));
    }
    await closeAll(sockets);
  });

  it('close one that leaves more than 1,000 trades unread, by a code that says why', async () => {
    await makeTimer('flood');
    const [slow, quick] = [await RawSocket.ready(rig.host), await RawSocket.ready(rig.host)];
    const query = 'subscription { tradeDetected(timerId: "flood") { slot program } }';
    for (const socket of [slow, quick]) socket.subscribe('1', query);
    await eventually(
      () => metric('ws_shared_subscriptions'),
      (count) => count === 2,
    );
    slow.pause();
    const channel = `${redis.keyPrefix}:{flood}:changes`;
    const text = await publishedText(channel, () =>
      rig.timers.apply('flood', { trades: [rig.trade(1)], cursors: [] }, 1),
    );
    const message: { trades: { index: number; slot: number }[] } = JSON.parse(text);
    const [trade] = message.trades;
    if (trade === undefined) throw new Error('no trade was published');
    // more than the buffers of the system hold, so that the rest has to wait in the process
    for (let batch = 1; batch <= 80; batch += 1) {
      const trades = Array.from({ length: 50 }, (_, index) => ({
        ...trade,
        index: batch * 50 + index,
        program: 'x'.repeat(3_000),
      }));
      await redis.client.publish(channel, JSON.stringify({ ...message, trades }));
    }
    await eventually(
      () => metric('ws_shared_subscriptions'),
      (count) => count === 1,
    );
    slow.resume();
    expect(await slow.ended).toEqual({ code: 4413, reason: expect.stringContaining('1,000 unread') });
    await eventually(
      () => quick.messages.length,
      (count) => count === 1 + 1 + 80 * 50,
    );
    await closeAll([slow, quick]);
  });

  async function publishedText(channel: string, act: () => Promise<unknown>): Promise<string> {
    const listener = redis.client.duplicate();
    await listener.subscribe(channel);
    const text = new Promise<string>((resolve) =>
      listener.once('message', (_: string, it: string) => resolve(it)),
    );
    await act();
    const published = await text;
    await listener.quit();
    return published;
  }
});
