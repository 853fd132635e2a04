import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOn } from '../support/command';
import type { Ended } from '../support/command';
import { eventually } from '../support/eventually';
import type { Instance } from '../support/instance';
import { makeTestFolder, removeTestFolder } from '../support/run-folder';
import { World } from '../support/world';

const COUNTING = 4;

describe('what proves that history is whole', () => {
  let world: World;
  let folder: string;
  let instance: Instance;
  const since = new Date().toISOString();
  const signatures: string[] = [];

  beforeAll(async () => {
    [world, folder] = await Promise.all([World.start(), makeTestFolder('history-commands')]);
    instance = await world.instance();
    await eventually(
      () => instance.timer(),
      ({ status }) => status === 'RUNNING',
    );
    // the first look puts a cursor down: what is placed later is read
    await world.chain.place({ counting: false });
    let last = 0;
    for (let number = 0; number < COUNTING; number += 1) {
      const { signature, slot } = await world.chain.place({ counting: true });
      signatures.push(signature);
      last = slot;
    }
    await eventually(recorded, (rows) => rows.length === COUNTING, 60_000);
    // the commands take what cannot be given up any more
    await eventually(
      () => world.chain.call('getSlot', [{ commitment: 'finalized' }]),
      (slot) => Number(slot) > last,
      60_000,
    );
  }, 120_000);

  afterAll(async () => {
    await world.close();
    await removeTestFolder(folder);
  });

  const run = (name: string, ...argv: string[]): Promise<Ended> => runOn(world, folder, name, argv);
  const recorded = (): Promise<{ signature: string }[]> => world.query('select signature from trades');
  const verify = (): Promise<Ended> => run('verify-history', '--from', since, '--chain', '--rate', '100');

  it('finds nothing amiss in what was read from the chain', async () => {
    const { code, stdout } = await verify();
    expect({ code, report: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      report: { timerId: 'global', chainTrades: COUNTING, findings: [] },
    });
  }, 60_000);

  it('audits by what was recorded, by the chain, and by a file without any server', async () => {
    const kept = await run('audit', '--timer', 'global');
    expect(JSON.parse(kept.stdout)).toMatchObject({ timerId: 'global', differences: [] });
    const chain = await run('audit', '--timer', 'global', '--chain', '--rate', '100');
    expect({ code: chain.code, report: JSON.parse(chain.stdout) }).toEqual({
      code: 0,
      report: JSON.parse(kept.stdout),
    });
    const file = join(folder, 'export.ndjson');
    const answer = await fetch(`${instance.url}/api/history/audit.ndjson?timerId=global`);
    expect(answer.status).toBe(200);
    const text = await answer.text();
    await writeFile(file, text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1));
    const cut = await run('audit', '--timer', 'global', '--file', file);
    expect(cut).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no closing line') });
    await writeFile(file, text);
    const exported = await run('audit', '--timer', 'global', '--file', file);
    expect({ code: exported.code, report: JSON.parse(exported.stdout) }).toEqual({
      code: 0,
      report: JSON.parse(kept.stdout),
    });
  }, 60_000);

  it('names a trade that the chain holds and history lost', async () => {
    const lost = signatures[1];
    await world.query('delete from trades where signature = $1', [lost]);
    const { code, stdout } = await verify();
    expect(code).toBe(1);
    expect(stdout).toContain(lost);
    expect(JSON.parse(stdout)).toMatchObject({ chainTrades: COUNTING });
  }, 60_000);

  it('says how to ask, with a code of its own', async () => {
    expect(await run('verify-history', '--since', '1')).toMatchObject({ code: 2 });
    expect(await run('audit', '--timer', 'global', '--round', 'one')).toMatchObject({ code: 2 });
    expect(await run('audit', '--timer', 'global', '--round', '99')).toMatchObject({
      ...{ code: 1, stdout: '', stderr: expect.stringContaining('no such round') },
    });
  }, 60_000);
});
