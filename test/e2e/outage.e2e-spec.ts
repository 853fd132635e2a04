import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually';
import type { Instance } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { World } from '../support/world';

const noHandlesLeft = watchOpenHandles();
const REDIS_AWAY_MS = 10_000;
const POSTGRES_AWAY_MS = 60_000;

describe('when a server goes away while trades come', () => {
  let world: World | undefined;
  let instance: Instance;

  beforeAll(async () => {
    world = await World.start(true);
    instance = await world.instance({ TIMER_DEFAULT_DURATION: '600000' });
  }, 60_000);

  afterAll(async () => {
    await world?.close();
    await noHandlesLeft();
  }, 60_000);

  const theWorld = (): World => {
    if (world === undefined) throw new Error('there is no world');
    return world;
  };

  /** The outage itself is what takes time here; everything else is awaited. */
  async function away(
    server: { stop(): Promise<void>; start(): Promise<void> },
    forMs: number,
  ): Promise<void> {
    await server.stop();
    await delay(forMs);
    await server.start();
  }

  it('Redis for 10 s: subscriptions stay open and go on, the state is marked stale meanwhile', async () => {
    const following = instance.followTimer();
    await eventually(
      () => following.last?.lastTrade,
      (trade) => trade !== null && trade !== undefined,
    );
    const before = following.last;
    const outage = away(theWorld().redis, REDIS_AWAY_MS);
    await eventually(
      () => instance.timer(),
      ({ stale }) => stale,
    );
    const stale = await instance.timer();
    expect(stale).toMatchObject({ status: 'RUNNING', round: 1 });
    expect(stale.remainingMs).toBeGreaterThan(0);
    const seen = following.items.length;
    await outage;
    await eventually(
      () => following.items.slice(seen).find(({ revision }) => revision > (before?.revision ?? 0) + 1),
      (timer) => timer !== undefined,
    );
    const states = following.items.map(({ epoch, revision }) => epoch * 1e6 + revision);
    expect(states).toEqual([...states].sort((a, b) => a - b));
    expect(following.errors).toEqual([]);
    expect(following.last).toMatchObject({ epoch: 2, round: 1 });
    following.leave();
  }, 90_000);

  it('Postgres for a minute: the timer runs on, and afterwards every trade is in history once, in order', async () => {
    const { chain, postgres } = theWorld();
    const before = await instance.timer();
    const outage = away(postgres, POSTGRES_AWAY_MS);
    await eventually(
      () => instance.timer(),
      ({ revision }) => revision >= before.revision + 2,
      25_000,
    );
    const refused = await eventually(
      () => instance.graphql('{ trades(first: 1) { nodes { id } } }'),
      ({ errors }) => errors !== undefined,
    );
    expect(refused.errors?.[0]?.extensions['code']).toBe('SERVICE_UNAVAILABLE');
    await outage;
    await chain.behave({ silent: true });
    const created = (
      await theWorld().query<{ at: Date }>("select created_at as at from timers where id = 'global'")
    )[0]?.at;
    const trades = (await chain.transactions()).filter(({ expected }) => expected !== 'none');
    const counting = trades
      .filter(({ blockTime }) => blockTime * 1000 > Number(created))
      .map(({ signature }) => signature);
    expect(counting.length).toBeGreaterThan(6);
    const rows = await eventually(
      () =>
        theWorld().query<{ signature: string; times: number }>(
          'select signature, count(*)::int as times from trades group by signature order by signature',
        ),
      (found) => counting.every((wanted) => found.some(({ signature }) => signature === wanted)),
    );
    expect(rows.map(({ times }) => times)).toEqual(rows.map(() => 1));
    // one from the very second of the timer's making may be history too
    const known = new Set(trades.map(({ signature }) => signature));
    expect(rows.filter(({ signature }) => !known.has(signature))).toEqual([]);
    const events = await theWorld().query<{ epoch: number; revision: number }>(
      'select epoch, revision::int from timer_events order by at, epoch, revision, number',
    );
    const order = events.map(({ epoch, revision }) => epoch * 1e6 + revision);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  }, 150_000);
});
