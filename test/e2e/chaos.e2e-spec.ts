import { campaign } from '../chaos/campaign';
import { check } from '../chaos/checker';
import { planOf } from '../chaos/plan';
import { watchOpenHandles } from '../support/open-handles';

const noHandlesLeft = watchOpenHandles();
/** Its plan kills, stops and freezes, and breaks links and the chain's node beside. */
const SEED = 20;
const LENGTH_MS = 25_000;
/** What a viewer may lag in calm on a machine that has other work. */
const WITHIN_MS = 15_000;

describe('two instances, a Redis, a Postgres and a chain that fail as a seed says', () => {
  afterAll(noHandlesLeft);

  it('are seen by all as what the chain and the accepted acts make them', async () => {
    const plan = planOf(SEED, LENGTH_MS);
    const { history, crashes, figures } = await campaign({
      ...{ plan, instances: 2, withinMs: WITHIN_MS },
      tell: () => undefined,
    });
    const { findings } = await check(history);
    expect({ findings: Object.values(findings).flat(), crashes }).toEqual({ findings: [], crashes: [] });
    expect(history.chain.length).toBeGreaterThan(5);
    expect(history.orders.length).toBeGreaterThan(0);
    expect(Number(figures['statesTold'])).toBeGreaterThan(0);
  }, 240_000);
});
