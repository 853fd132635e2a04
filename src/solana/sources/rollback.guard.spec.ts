import { ReadingWorld } from '../../../test/support/reading-world';
import { MINT, newTimer } from '../../../test/support/timer-lab';
import type { Completeness } from '../../settings/domain/settings';

/** A trade that was pushed, whose block was then given up, and that landed again 25 slots later. */
async function landedAgain(completeness: Completeness): Promise<ReadingWorld> {
  const world = new ReadingWorld({ completeness, timer: newTimer({ durationMs: 120_000 }) });
  const { chain } = world;
  await world.begin();
  const row = chain.add(MINT);
  chain.tip += 3;
  await world.push(row);
  chain.tip += 22;
  chain.rollBack(row.signature);
  chain.landAgain(row.signature);
  chain.tip += 3;
  await world.look();
  return world;
}

describe('RollbackGuard', () => {
  it.each(['FULL', 'DEADLINE'] as const)(
    'with completeness %s counts a trade where it landed again, however far cursors have gone meanwhile',
    async (completeness) => {
      const world = await landedAgain(completeness);
      world.chain.tip += 160;
      world.chain.add(MINT);
      world.chain.tip += 3;
      await world.look();
      world.chain.tip += 40;
      await world.settle();
      await world.settle();
      await world.calm();
      const [end] = await world.ends();
      const [truth] = (await world.truth()).ends;
      expect(end?.endedAtMs).toBe(truth?.endedAtMs);
      expect(end?.lastTrade?.signature).toBe(truth?.lastTrade?.signature);
      if (end?.isComplete === true) expect(end.counts).toEqual(truth?.counts);
      expect(end?.isComplete).toBe(completeness === 'FULL');
    },
  );

  it('takes a trade back that is final in another slot, also where no list shows it there', async () => {
    const world = await landedAgain('FULL');
    const [again] = world.chain.rows;
    world.chain.add(MINT, true);
    world.chain.tip += 3;
    await world.look();
    for (const { hidden } of world.chain.endpoints) hidden.add(again?.signature ?? '');
    for (let turn = 0; turn < 4; turn += 1) {
      world.chain.tip += 60;
      world.chain.add(MINT, true);
      await world.look();
    }
    const reading = await world.timers.reading(world.timer.id);
    expect(reading?.tail).toEqual([]);
  });
});
