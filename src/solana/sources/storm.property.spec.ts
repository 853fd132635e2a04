import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { PROPERTY_TIMEOUT_MS, propertyRuns } from '../../../test/support/property-runs';
import { perform, storms, stormSteps } from '../../../test/support/storm-steps';
import type { StormStep } from '../../../test/support/storm-steps';
import { StormyWorld } from '../../../test/support/stormy-world';
import type { StormChoice } from '../../../test/support/stormy-world';
import { verdictOn } from '../../../test/support/storm-verdict';

const RUNS = 40;

async function weather(choice: StormChoice, steps: readonly StormStep[]): Promise<StormyWorld> {
  const world = new StormyWorld(choice);
  await world.begin();
  for (const step of steps) await perform(world, step);
  await world.calm();
  return world;
}

describe('reading the chain through pools, nodes, forks, pushes and leaders that fail', () => {
  it.each([
    ['FULL', 'finalized'],
    ['FULL', 'confirmed'],
    ['DEADLINE', 'finalized'],
    ['DEADLINE', 'confirmed'],
  ] as const)(
    'with completeness %s, settled by %s blocks, counts each trade once and ends each round once, as the fold over the whole chain says',
    async (completeness, commitment) => {
      let rounds = 0;
      const { numRuns, ...rest } =
        propertyRuns<[Omit<StormChoice, 'completeness' | 'commitment'>, StormStep[]]>(RUNS);
      await fc.assert(
        fc.asyncProperty(storms, stormSteps, async (storm, steps) => {
          // what is held weakly is let go between turns of the loop alone, and all else here happens within one
          await nextTurn();
          const world = await weather({ ...storm, completeness, commitment }, steps);
          const { read, truth } = await verdictOn(world, completeness);
          expect(read).toEqual(truth);
          rounds += read.ends.length;
        }),
        { ...rest, numRuns },
      );
      expect(rounds).toBeGreaterThan(0);
    },
    PROPERTY_TIMEOUT_MS,
  );
});
