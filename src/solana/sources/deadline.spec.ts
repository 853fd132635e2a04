import { ReadingWorld } from '../../../test/support/reading-world';
import { MINT, newTimer } from '../../../test/support/timer-lab';

const POOL = '7XawhbbxtsRcQA8KTkHT9f9nc6d69UwqCDh6U5EEbEmX';

async function world(pools: readonly string[] = []): Promise<ReadingWorld> {
  const made = new ReadingWorld({
    completeness: 'DEADLINE',
    timer: newTimer({ durationMs: 30_000, pools }),
  });
  await made.begin();
  return made;
}

describe('completeness DEADLINE', () => {
  it('settles nothing for the sake of a trade that the cluster then gives up', async () => {
    const given = await world();
    const { chain } = given;
    const stays = chain.add(MINT);
    chain.tip += 7;
    const goes = chain.add(MINT);
    chain.tip += 26;
    await given.look();
    expect(chain.fetched).toEqual([goes.signature]);
    await given.settle();
    expect(chain.fetched).toContain(stays.signature);
    chain.rollBack(goes.signature);
    await given.calm();
    const [end] = await given.ends();
    expect(end?.lastTrade?.signature).toBe(stays.signature);
    expect((await given.truth()).ends).toMatchObject([{ endedAtMs: end?.endedAtMs }]);
  });

  it('looks below a decided row only as deep as something may still decide', async () => {
    const given = await world();
    const { chain } = given;
    const rows = Array.from({ length: 4 }, () => {
      chain.tip += 10;
      return chain.add(MINT).signature;
    });
    chain.tip += 5;
    await given.look();
    chain.tip += 17;
    await given.settle();
    expect(chain.fetched).toEqual([rows[3], rows[2]]);
    await given.settle();
    expect(chain.fetched).toEqual([rows[3], rows[2]]);
  });

  it('takes back what the cluster gave up, although another address is quiet', async () => {
    const given = await world([POOL]);
    const { chain } = given;
    const goes = chain.add(MINT);
    chain.tip += 5;
    await given.look();
    chain.rollBack(goes.signature);
    for (let row = 0; row < 3; row += 1) {
      chain.tip += 50;
      chain.add(MINT);
      await given.look().catch(() => null);
    }
    await given.calm();
    const [end] = await given.ends();
    expect(end).toMatchObject({ isComplete: true, counts: { trades: 3 } });
  });
});
