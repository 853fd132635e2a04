import { runOn } from '../support/command';
import type { Ended } from '../support/command';
import { eventually } from '../support/eventually';
import { makeTestFolder, removeTestFolder } from '../support/run-folder';
import { World } from '../support/world';

describe('npm run backfill', () => {
  let world: World;
  let folder: string;

  beforeAll(async () => {
    [world, folder] = await Promise.all([World.start(), makeTestFolder('backfill')]);
  });

  afterAll(async () => {
    await world.close();
    await removeTestFolder(folder);
  });

  const run = (...argv: string[]): Promise<Ended> => runOn(world, folder, 'backfill', argv);

  it('fills what was traded before the timer was made, twice the same, and moves nothing', async () => {
    const placed = [await world.chain.place({ counting: true }), await world.chain.place({ counting: true })];
    await world.chain.place({ counting: false });
    const last = placed.at(-1)?.slot ?? 0;
    // the timer is younger than the trades, whose second has to be over
    await eventually(
      () => world.chain.call('getSlot', [{ commitment: 'finalized' }]),
      (slot) => Number(slot) > last,
    );
    const instance = await world.instance();
    const before = await eventually(
      () => instance.timer(),
      ({ status }) => status === 'RUNNING',
    );
    await eventually(
      () => world.query<{ id: string }>('select id from timers'),
      (rows) => rows.length === 1,
    );
    const first = await run('--from', new Date(Date.now() - 3_600_000).toISOString(), '--rate', '100');
    expect(first).toMatchObject({ code: 0 });
    expect(JSON.parse(first.stdout)).toMatchObject({ trades: 2, missing: 0 });
    expect(first.stderr).toContain('100 %');
    const rows = await world.query('select signature, round, source from trades order by signature');
    const signatures = placed.map(({ signature }) => signature).toSorted();
    expect(rows).toEqual(signatures.map((signature) => ({ signature, round: null, source: 'BACKFILL' })));
    const again = await run('--from', new Date(Date.now() - 3_600_000).toISOString(), '--rate', '100');
    expect(JSON.parse(again.stdout)).toMatchObject({ trades: 0 });
    expect(await world.query('select signature, round, source from trades order by signature')).toEqual(rows);
    const { deadline, round, revision } = await instance.timer();
    expect({ deadline, round, revision }).toEqual({
      deadline: before.deadline,
      round: before.round,
      revision: before.revision,
    });
    await world.query("insert into history_floors values ('trades', now() - interval '5 minutes')");
    const clamped = await run('--from', new Date(Date.now() - 3_600_000).toISOString(), '--rate', '100');
    expect(clamped.stderr).toContain('retention has dropped what is older');
    const [used] = await world.query<{ credits: string }>(
      `select sum(credits)::text as credits from credit_usage where purpose = 'backfill'`,
    );
    expect(Number(used?.credits)).toBeGreaterThan(0);
  }, 120_000);

  it('says how to ask, with a code of its own', async () => {
    expect(await run('--since', '1')).toMatchObject({ code: 2, stderr: expect.stringContaining('usage') });
  });
});
