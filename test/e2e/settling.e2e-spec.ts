import { eventually } from '../support/eventually';
import type { Instance } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { World } from '../support/world';

const noHandlesLeft = watchOpenHandles();

describe('the end of a round', () => {
  let world: World | undefined;
  let one: Instance;
  let two: Instance;

  beforeAll(async () => {
    world = await World.start();
    [one, two] = [await world.instance(), await world.instance()];
  }, 60_000);

  afterAll(async () => {
    await world?.close();
    await noHandlesLeft();
  }, 60_000);

  const theWorld = (): World => {
    if (world === undefined) throw new Error('there is no world');
    return world;
  };

  it('is prevented by a late read, comes once with its winner on both, and a waiting trade opens the next', async () => {
    const { chain } = theWorld();
    const [a, b] = [one.followTimer(), two.followTimer()];
    const ended = [one, two].map((instance) =>
      instance.follow<{ number: number; winner: string | null }>(
        'subscription { roundEnded { number winner lastTrade { signature } } }',
        'roundEnded',
      ),
    );
    const { deadline } = await one.timer();
    if (deadline === null) throw new Error('the timer is paused');

    // a trade from before the deadline that is indexed 8 s late: read after the deadline, it saves the round
    await eventually(Date.now, (now) => now > deadline - 3_000, 70_000);
    const saving = await chain.place({ counting: true, lateIndexSlots: 20 });
    expect(saving.blockTime * 1000).toBeLessThanOrEqual(deadline);
    await eventually(
      () => a.last?.status,
      (status) => status === 'SETTLING',
    );
    await eventually(
      () => a.last?.lastTrade?.signature,
      (signature) => signature === saving.signature,
    );
    const saved = saving.blockTime * 1000 + 60_000;
    expect(a.last).toMatchObject({ status: 'RUNNING', round: 1, deadline: saved });

    // the next deadline passes for good; a trade after it waits, and opens round 2
    await eventually(Date.now, (now) => now > saved + 1_500, 70_000);
    const opening = await chain.place({ counting: true });
    expect(opening.blockTime * 1000).toBeGreaterThan(saved);
    await eventually(
      () => b.last?.waitingTrades,
      (waiting) => waiting === 1,
    );
    expect(b.last).toMatchObject({ status: 'SETTLING', round: 1, deadline: saved });
    await eventually(
      () => [a, b].map(({ last }) => last?.round),
      (rounds) => rounds.every((round) => round === 2),
    );
    const expected = {
      status: 'RUNNING',
      round: 2,
      deadline: opening.blockTime * 1000 + 60_000,
      waitingTrades: 0,
    };
    expect([a.last, b.last]).toMatchObject([expected, expected]);

    const winner = (
      await theWorld().query<{ trader: string }>('select trader from trades where signature = $1', [
        saving.signature,
      ])
    )[0];
    expect(await theWorld().query('select round, winner, ended_at from rounds')).toEqual([
      { round: 1, winner: winner?.trader, ended_at: new Date(saved) },
    ]);
    await eventually(
      () => ended.map(({ items }) => items.length),
      (counts) => counts.every((count) => count === 1),
    );
    for (const { items } of ended) expect(items).toMatchObject([{ number: 1, winner: winner?.trader }]);
    const types = await theWorld().query<{ type: string }>(
      'select type from timer_events order by epoch, revision, number',
    );
    expect(types.map(({ type }) => type)).toEqual([
      'CREATED',
      'SETTLING',
      'RESET',
      'SETTLING',
      'EXPIRED',
      'STARTED',
    ]);
    expect([...a.errors, ...b.errors]).toEqual([]);
  }, 240_000);
});
