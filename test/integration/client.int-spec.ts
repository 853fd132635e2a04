import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { createTimerClient } from '../../client/src/timer-client';
import type { TimerClient } from '../../client/src/timer-client';
import type { ClockSource } from '../../client/src/clock-source';
import { SharedClock } from '../../src/platform/redis/shared-clock';
import { ApiRig } from '../support/api-rig';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';
import { SlowProxy } from '../support/slow-proxy';

const noHandlesLeft = watchOpenHandles();
const closing: (() => Promise<void>)[] = [];
const clients: TimerClient[] = [];
let rig: ApiRig;
/** Offsets of the server's clock, as each client found them. */
const truths: number[] = [];

beforeAll(async () => {
  const redis = await testRedis();
  closing.push(() => redis.close());
  const database = await testDatabase();
  closing.push(() => database.drop());
  rig = await ApiRig.start({
    REDIS_URL: redis.url,
    DATABASE_URL: database.url,
    REDIS_KEY_PREFIX: redis.keyPrefix,
  });
  closing.push(() => rig.close());
}, 60_000);
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await noHandlesLeft();
}, 30_000);

/** Clocks of a device that are wrong, drift, are set and stand still. */
class WrongClock implements ClockSource {
  private setByMs = 0;
  private stoodStillMs = 0;

  constructor(
    private readonly offsetMs: number,
    private readonly drift: number,
  ) {}

  monotonic(): number {
    return (performance.now() - this.stoodStillMs) * (1 + this.drift) + 987_654;
  }

  wall(): number {
    return Date.now() + this.offsetMs + this.setByMs;
  }

  /** Somebody sets the clock. */
  set(byMs: number): void {
    this.setByMs += byMs;
  }

  /** The device sleeps, as far as its monotonic clock can tell. */
  sleep(forMs: number): void {
    this.stoodStillMs += forMs;
  }
}

function follow(url: string, clock: ClockSource = new WrongClock(0, 0)): TimerClient {
  const client = createTimerClient({ url, webSocket: WebSocket, clock });
  clients.push(client);
  truths.push(truthNow().offset);
  return client;
}

/** What the server takes for the shared time, on the clock of this process: it moves as the server reads Redis again. */
function truthNow(): { offset: number; now: number } {
  const now = rig.part(SharedClock).now();
  return { offset: now - performance.now(), now };
}

/** How far a client is off now and how far it says it may be, ms. */
function offNow(client: TimerClient): { offMs: number; boundMs: number } {
  return { offMs: Math.abs((client.now() ?? NaN) - truthNow().now), boundMs: client.clock?.errorMs ?? NaN };
}

async function inSync(client: TimerClient): Promise<void> {
  await eventually(
    () => client.clock,
    (estimate) => estimate !== null,
  );
}

/** Holds a client to its bound; the server's own corrections meanwhile are the server's. */
async function watchBound(client: TimerClient, forMs: number): Promise<void> {
  const until = performance.now() + forMs;
  const offsets: number[] = truths.slice(-1);
  let bounded = 0;
  while (performance.now() < until) {
    offsets.push(truthNow().offset);
    const { offMs, boundMs } = offNow(client);
    const movedMs = Math.max(...offsets) - Math.min(...offsets);
    // while nothing is known for certain no bound is shown
    if (client.clock !== null) {
      expect(offMs).toBeLessThanOrEqual(boundMs + movedMs);
      bounded += 1;
    }
    await delay(20);
  }
  expect(bounded).toBeGreaterThan(0);
}

describe('the clock of a client', () => {
  it.each([
    ['right', 0, 0],
    ['hours wrong', 5 * 3_600_000, 0],
    ['years wrong', -10 * 365 * 86_400_000, 0],
    ['fast', 0, 450e-6],
    ['slow', 60_000, -450e-6],
  ])('is off by no more than it says where the clock of the device is %s', async (_, offsetMs, drift) => {
    const client = follow(`http://${rig.host}`, new WrongClock(offsetMs, drift));
    await inSync(client);
    await watchBound(client, 1_500);
  });

  it.each([
    [80, 80],
    [0, 160],
    [160, 0],
  ])('is off by no more than it says over ways of %i and %i ms', async (toServerMs, toClientMs) => {
    await using proxy = await SlowProxy.start(rig.host, { toServerMs, toClientMs });
    const client = follow(proxy.url);
    await inSync(client);
    await watchBound(client, 1_500);
    expect(client.clock?.roundTripMs).toBeGreaterThanOrEqual(159);
    client.close();
  });

  it('is right again after the clock of the device was set, and says nothing certain meanwhile', async () => {
    const clock = new WrongClock(0, 0);
    const client = follow(`http://${rig.host}`, clock);
    await inSync(client);
    clock.set(3_600_000);
    await watchBound(client, 2_500);
    await inSync(client);
  });

  it('is right again after a sleep that its monotonic clock has not seen', async () => {
    const clock = new WrongClock(0, 0);
    const client = follow(`http://${rig.host}`, clock);
    await inSync(client);
    clock.sleep(60_000);
    await eventually(
      () => offNow(client),
      ({ offMs, boundMs }) => offMs <= boundMs,
    );
    await watchBound(client, 500);
  });
});

describe('a client', () => {
  it('has the state, counts down, and sees each change', async () => {
    const client = follow(`http://${rig.host}`);
    await eventually(
      () => client.view()?.status,
      (status) => status === 'RUNNING',
    );
    await rig.timers.reset('global', { actor: 'test', reason: null });
    await eventually(
      () => client.remainingMs() ?? 0,
      (remainingMs) => remainingMs > 590_000,
    );
    const statuses: string[] = [];
    client.onChange(({ status }) => statuses.push(status));
    await rig.timers.pause('global', { actor: 'test', reason: null });
    await eventually(
      () => client.view()?.status,
      (status) => status === 'PAUSED',
    );
    await rig.timers.resume('global', { actor: 'test', reason: null });
    await eventually(
      () => statuses,
      (seen) => seen.at(-1) === 'RUNNING',
    );
    expect(statuses).toContain('PAUSED');
  });

  it('connects again and again, keeps the last state meanwhile, and is told each missed trade once', async () => {
    await using proxy = await SlowProxy.start(rig.host, { toServerMs: 0, toClientMs: 0 });
    const client = follow(proxy.url);
    const told: string[] = [];
    const connections: string[] = [];
    client.onTrade(({ signature }) => told.push(signature));
    client.onConnection(({ status }) => connections.push(status));
    await inSync(client);
    const detectedAtMs = truthNow().now;
    const trades = [1, 2, 3, 4].map((number) => rig.trade(number, { detectedAtMs }));
    const [first, ...missed] = trades;
    await rig.timers.apply('global', { trades: first === undefined ? [] : [first], cursors: [] }, 1);
    await eventually(
      () => told.length,
      (count) => count === 1,
    );
    proxy.cut();
    await eventually(
      () => client.connection.status,
      (status) => status === 'reconnecting',
    );
    for (const trade of missed)
      expect((await rig.timers.apply('global', { trades: [trade], cursors: [] }, 1)).tag).toBe('ok');
    expect(client.state).not.toBeNull();
    expect(told).toHaveLength(1);
    proxy.mend();
    await eventually(
      () => told.length,
      (count) => count >= 4,
    );
    expect(told).toEqual(trades.map(({ signature }) => signature));
    expect(connections).toEqual(['live', 'reconnecting', 'live']);
    client.close();
  }, 60_000);

  it('says where there is no such timer', async () => {
    const client = createTimerClient({ url: `http://${rig.host}`, timerId: 'later', webSocket: WebSocket });
    clients.push(client);
    await eventually(
      () => client.connection.problem?.code,
      (code) => code === 'NOT_FOUND',
    );
    expect(client.remainingMs()).toBeNull();
  });

  it('tells nobody anything after it was closed', async () => {
    const client = follow(`http://${rig.host}`);
    let told = 0;
    client.onChange(() => (told += 1));
    await inSync(client);
    client.close();
    const before = told;
    await rig.timers.reset('global', { actor: 'test', reason: null });
    await delay(300);
    expect(told).toBe(before);
    expect(client.connection.status).toBe('closed');
  });
});
