import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { World } from '../support/world';

const noHandlesLeft = watchOpenHandles();

describe('restarts and page views', () => {
  let world: World | undefined;

  beforeAll(async () => {
    world = await World.start();
  }, 60_000);

  afterAll(async () => {
    await world?.close();
    await noHandlesLeft();
  }, 60_000);

  const theWorld = (): World => {
    if (world === undefined) throw new Error('there is no world');
    return world;
  };

  it('move nothing: kill -9 of everything, ten restarts, a hundred page views, on a silent chain', async () => {
    const { chain, redis, postgres } = theWorld();
    const durable = { TIMER_DEFAULT_DURATION: '600000' };
    let instance = await theWorld().instance(durable);
    const placed = await chain.place({ counting: true });
    const { deadline } = await eventually(
      () => instance.timer(),
      ({ lastTrade }) => lastTrade?.signature === placed.signature,
    );
    expect(deadline).toBe(placed.blockTime * 1000 + 600_000);
    await eventually(
      () => theWorld().query('select 1 from trades'),
      (rows) => rows.length === 1,
    );

    await instance.end('SIGKILL');
    await Promise.all([redis.kill(), postgres.kill()]);
    await redis.start();
    await postgres.start();
    for (let start = 0; start < 10; start += 1) {
      instance = await theWorld().instance(durable);
      const pages = await Promise.all(Array.from({ length: 10 }, () => fetch(`${instance.url}/`)));
      expect(pages.map(({ status }) => status)).toEqual(Array(10).fill(200));
      const timer = await instance.timer();
      expect(timer).toMatchObject({ deadline, round: 1, lastTrade: { signature: placed.signature } });
      expect(await instance.end(start % 2 === 0 ? 'SIGTERM' : 'SIGKILL')).toBe(start % 2 === 0 ? 0 : null);
    }
    const counts = await theWorld().query<{ type: string; times: number }>(
      'select type, count(*)::int as times from timer_events group by type order by type',
    );
    expect(counts).toEqual([
      { type: 'CREATED', times: 1 },
      { type: 'RECOVERED', times: 1 },
      { type: 'RESET', times: 1 },
    ]);
  }, 300_000);
});
