import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { createTimerClient } from '../../client/src/timer-client';
import type { TimerClient } from '../../client/src/timer-client';
import { Balancer } from '../support/balancer';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import type { Following, Instance, SeenTimer } from '../support/instance';
import { SECRET, TIMER_FIELDS } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { RawSocket } from '../support/raw-socket';
import { World } from '../support/world';

const noHandlesLeft = watchOpenHandles();

describe('an instance that is told to stop', () => {
  const cleanup = new Cleanup();
  let world: World | undefined;
  let one: Instance;
  let two: Instance;
  let balancer: Balancer;

  beforeAll(async () => {
    world = cleanup.add(await World.start(), (it) => it.close());
    const durable = { TIMER_DEFAULT_DURATION: '600000', DRAIN_NOTICE_MS: '1500', DRAIN_PERIOD_MS: '10000' };
    one = await world.instance({ ...durable, INSTANCE_ID: 'one' });
    await eventually(() => leads(one), Boolean);
    two = await world.instance({ ...durable, INSTANCE_ID: 'two' });
    balancer = cleanup.add(await Balancer.start(), (it) => it.close());
    for (const { url } of [one, two]) await balancer.add(url);
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  }, 60_000);

  const theWorld = (): World => {
    if (world === undefined) throw new Error('there is no world');
    return world;
  };

  async function leads(instance: Instance): Promise<boolean> {
    return (await (await fetch(`${instance.url}/api/health`)).text()).includes('"isLeader":true');
  }

  function follower(): Following<SeenTimer> {
    const query = `subscription { timerUpdated { ${TIMER_FIELDS} } }`;
    const following = one.follow<SeenTimer>(query, 'timerUpdated', balancer.url);
    return cleanup.add(following, async (it) => it.leave());
  }

  function client(tradesSeen: string[]): TimerClient {
    const timer = cleanup.add(createTimerClient({ url: balancer.url, webSocket: WebSocket }), async (it) =>
      it.close(),
    );
    timer.onTrade(({ signature }) => tradesSeen.push(signature));
    return timer;
  }

  it('serves until others have all it had: lease, sockets, streams; nothing is lost, and it exits with 0', async () => {
    const { chain } = theWorld();
    const followers = Array.from({ length: 30 }, () => follower());
    const tradesSeen = Array.from({ length: 6 }, (): string[] => []);
    const clients = tradesSeen.map((seen) => client(seen));
    await eventually(
      () => [...followers.map(({ last }) => last), ...clients.map(({ state }) => state)],
      (states) => states.every((state) => state !== undefined && state !== null),
    );
    const placed = [await chain.place({ counting: true })];
    const arrived = async (): Promise<void> => {
      await eventually(
        () => tradesSeen,
        (all) => all.every((seen) => placed.every(({ signature }) => seen.includes(signature))),
      );
    };
    await arrived();
    expect(balancer.countOf(one.url)).toBeGreaterThan(10);
    const idle = await RawSocket.ready(new URL(one.url).host);
    const stream = await new Promise<IncomingMessage>((resolve) => {
      request(`${one.url}/api/timer/stream`, resolve).end();
    });
    const streamEnded = new Promise((resolve) => stream.resume().once('end', resolve));

    const ended = one.end('SIGTERM');
    const ready = await eventually(
      () => fetch(`${one.url}/api/health/ready`),
      ({ status }) => status === 503,
    );
    expect(await ready.json()).toMatchObject({ reason: 'draining' });
    const [timer, reset] = await Promise.all([
      fetch(`${one.url}/api/timer`),
      one.graphql('mutation { resetTimer { timer { revision } } }', {}, SECRET),
    ]);
    expect([timer.status, timer.headers.get('connection')]).toEqual([200, 'close']);
    expect(reset.errors).toBeUndefined();
    placed.push(await chain.place({ counting: true }));
    expect(await idle.ended).toEqual({ code: 1001, reason: 'the instance stops; connect again' });
    await streamEnded;
    placed.push(await chain.place({ counting: true }));
    expect(await ended).toBe(0);

    expect(await leads(two)).toBe(true);
    placed.push(await chain.place({ counting: true }));
    await arrived();
    const newest = await eventually(
      () => two.timer(),
      ({ lastTrade }) => lastTrade?.signature === placed.at(-1)?.signature,
    );
    const lastOf = (): (number | undefined)[] =>
      [...followers.map(({ last }) => last), ...clients.map(({ state }) => state)].map(
        (state) => state?.revision,
      );
    await eventually(lastOf, (last) => last.every((revision) => revision === newest.revision));
    for (const { items, errors } of followers) {
      const states = items.map(({ epoch, revision }) => epoch * 1e6 + revision);
      expect(states).toEqual([...states].sort((a, b) => a - b));
      expect(errors).toEqual([]);
    }
    const once = placed.map(({ signature }) => signature).sort();
    for (const seen of tradesSeen) expect([...seen].sort()).toEqual(once);
    expect(one.log).toContain('"late":[]');
    const [, stopping = ''] = one.log.split('"msg":"stop requested"');
    expect(stopping).toContain('"msg":"service stopped"');
    expect(stopping).not.toMatch(/"level":"(error|warn)"/);
  }, 90_000);
});
