import { eventually } from '../support/eventually';
import type { Instance, SeenTimer } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { World } from '../support/world';

const noHandlesLeft = watchOpenHandles();
/** How long a lease lasts where its holder does not give it back. */
const LEASE_MS = 10_000;
/** What a busy machine may need on top. */
const SLACK_MS = 8_000;

describe('two instances on one Redis', () => {
  let world: World | undefined;
  let one: Instance;
  let two: Instance;

  beforeAll(async () => {
    world = await World.start();
    [one, two] = [await world.instance({ INSTANCE_ID: 'one' }), await world.instance({ INSTANCE_ID: 'two' })];
  }, 60_000);

  afterAll(async () => {
    await world?.close();
    await noHandlesLeft();
  }, 60_000);

  const theWorld = (): World => {
    if (world === undefined) throw new Error('there is no world');
    return world;
  };

  const key = ({ epoch, revision, deadline }: SeenTimer): string =>
    `${epoch}/${revision} ${deadline ?? 'none'}`;

  it('tell every reset to the subscribers of both, with the same (epoch, revision, deadline)', async () => {
    const followers = [one.followTimer(), two.followTimer()];
    await eventually(
      () => followers.map(({ items }) => items.length),
      (lengths) => lengths.every((length) => length > 0),
    );
    for (let times = 0; times < 3; times += 1) {
      const placed = await theWorld().chain.place({ counting: true });
      await eventually(
        () => followers.map(({ last }) => last?.lastTrade?.signature),
        (signatures) => signatures.every((signature) => signature === placed.signature),
      );
      expect(followers.map(({ last }) => last?.deadline)).toEqual(
        Array(2).fill(placed.blockTime * 1000 + 60_000),
      );
    }
    const seen = followers.map(({ items }) => [...new Set(items.map(key))]);
    expect(seen[0]?.slice(-3)).toEqual(seen[1]?.slice(-3));
    expect(followers.flatMap(({ errors }) => errors)).toEqual([]);
    for (const { leave } of followers) leave();
  });

  it('go on within the lease when the one that polls is killed, no trade lost or doubled', async () => {
    const { chain, query } = theWorld();
    const health = async (instance: Instance): Promise<boolean> =>
      (await (await fetch(`${instance.url}/api/health`)).text()).includes('"isLeader":true');
    const [leader, other] = (await health(one)) ? [one, two] : [two, one];
    const follower = other.followTimer();
    const before = await chain.place({ counting: true });
    await eventually(
      () => follower.last?.lastTrade?.signature,
      (signature) => signature === before.signature,
    );
    const meanwhile = await chain.place({ counting: true });
    await leader.end('SIGKILL');
    const killedAt = performance.now();
    const after = await chain.place({ counting: true });
    await eventually(
      () => follower.last?.lastTrade?.signature,
      (signature) => signature === after.signature,
    );
    expect(performance.now() - killedAt).toBeLessThan(LEASE_MS + SLACK_MS);
    const placed = (await chain.transactions()).filter(({ expected }) => expected !== 'none');
    const rows = await eventually(
      () => query.call(world, 'select signature, count(*)::int as times from trades group by signature'),
      (found) => found.length === placed.length,
    );
    expect(new Set(rows)).toEqual(new Set(placed.map(({ signature }) => ({ signature, times: 1 }))));
    expect(placed.map(({ signature }) => signature)).toContain(meanwhile.signature);
    follower.leave();
  });
});
