import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { makeTestFolder, removeTestFolder } from '../support/run-folder';
import { testDatabase, testRedis } from '../support/servers';
import { accepted, orderOf, SettingsRig } from '../support/settings-rig';

const noHandlesLeft = watchOpenHandles();

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('settings:export and settings:import', () => {
  const cleanup = new Cleanup();
  let folder: string;
  let environment: Record<string, string>;
  let rig: SettingsRig;

  beforeAll(async () => {
    folder = cleanup.add(await makeTestFolder('settings'), (it) => removeTestFolder(it));
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    environment = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
    rig = cleanup.add(await SettingsRig.start(environment), (it) => it.close());
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  /** Runs the command as the npm scripts do, from the sources. */
  const run = (words: readonly string[], variables: Record<string, string> = environment): Promise<Outcome> =>
    new Promise((resolve) => {
      const hook = join(process.cwd(), 'test/support/typescript-hook.cjs');
      const script = join(process.cwd(), 'src/settings/settings.cli.ts');
      const env = { PATH: process.env['PATH'] ?? '', ...variables };
      execFile(
        process.execPath,
        ['-r', hook, script, ...words],
        { cwd: folder, env },
        (err, stdout, stderr) => {
          resolve({ code: typeof err?.code === 'number' ? err.code : 0, stdout, stderr });
        },
      );
    });

  it('carry settings through a file, unchanged, to every instance', async () => {
    const patch = {
      monitoring: { mode: 'AGGRESSIVE', budget: { creditsPerMonth: 500_000 } },
      alerts: { rules: { 'history-lag': { threshold: 2 }, 'cursor-age': { isEnabled: false } } },
    } as const;
    const kept = accepted(await rig.settings.update(patch, orderOf()));
    expect(await run(['export', 'kept.json'])).toEqual({ code: 0, stdout: '', stderr: '' });
    const text = await readFile(join(folder, 'kept.json'), 'utf8');
    accepted(
      await rig.settings.update(
        { monitoring: { mode: 'ECONOMY' }, alerts: { rules: { 'redis-lost': {} } } },
        orderOf(kept.version),
      ),
    );
    const words = ['import', 'kept.json', '--reason', 'from the repository'];
    expect(await run([...words, '--expected-version', String(kept.version)])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing was imported'),
    });
    expect(await run(words)).toEqual({
      code: 0,
      stdout: '',
      stderr: `version ${kept.version + 2} of the settings is in force\n`,
    });
    await eventually(
      () => rig.settings.current().version,
      (version) => version === kept.version + 2,
      1_000,
    );
    expect(rig.settings.current()).toEqual({ ...kept, version: kept.version + 2 });
    expect(rig.settings.currentRecord()).toMatchObject({
      actor: 'settings:import',
      reason: 'from the repository',
    });
    expect((await run(['export'])).stdout).toBe(text);
    expect(Object.keys(rig.settings.current().alerts.rules).sort()).toEqual(['cursor-age', 'history-lag']);
  }, 60_000);

  it('import nothing where anything is wrong, and name all of it', async () => {
    const before = rig.settings.current();
    const document = { monitoring: { mode: 'FAST' }, limits: { maxRequests: 0 }, password: 'x' };
    await writeFile(join(folder, 'wrong.json'), JSON.stringify(document));
    const { code, stderr } = await run(['import', 'wrong.json']);
    expect(code).toBe(1);
    for (const path of ['monitoring.mode', 'limits.maxRequests', 'password is not a setting']) {
      expect(stderr).toContain(path);
    }
    expect(rig.settings.current()).toEqual(before);
  }, 60_000);

  it.each([
    [[], 'say export or import'],
    [['export', 'a', 'b'], 'export takes one file at most'],
    [['import'], 'import takes one file'],
    [['import', 'wrong.json', '--force', 'x'], '--force is not an option'],
    [['import', 'wrong.json', '--expected-version', 'last'], '--expected-version takes a number'],
  ])('explain themselves to %j', async (words, message) => {
    const { code, stderr } = await run(words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).toContain('usage: ');
  });

  it('say what to do where the database is not migrated', async () => {
    await using database = await testDatabase();
    const url = new URL(database.url);
    url.pathname = '/postgres';
    const { code, stderr } = await run(['export'], { ...environment, DATABASE_URL: url.href });
    expect([code, stderr]).toEqual([1, expect.stringContaining('npm run migrate')]);
  });
});
