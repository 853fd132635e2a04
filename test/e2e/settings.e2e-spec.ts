import { eventually } from '../support/eventually';
import { SECRET } from '../support/instance';
import type { Instance } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { World } from '../support/world';

const noHandlesLeft = watchOpenHandles();
const SETTINGS =
  '{ settings { version monitoring { mode fixedIntervalMs } environmentDifferences { variable } } }';

describe('settings of two instances', () => {
  let world: World | undefined;

  beforeAll(async () => {
    world = await World.start();
  }, 60_000);

  afterAll(async () => {
    await world?.close();
    await noHandlesLeft();
  }, 60_000);

  const start = async (variables: Record<string, string> = {}): Promise<Instance> => {
    if (world === undefined) throw new Error('there is no world');
    return await world.instance(variables);
  };

  const settingsOf = async (instance: Instance): Promise<unknown> =>
    (await instance.graphql(SETTINGS, {}, SECRET)).data?.['settings'];

  it('change on both within a second, outlive both, and hold against the environment', async () => {
    const [one, two] = [await start(), await start()];
    const first = {
      version: 1,
      monitoring: { mode: 'BALANCED', fixedIntervalMs: 1_000 },
      environmentDifferences: [],
    };
    expect([await settingsOf(one), await settingsOf(two)]).toEqual([first, first]);
    const mutation = `mutation { updateMonitoring(input: { mode: ULTRA, fixedIntervalMs: 2000, expectedVersion: 1 }) {
      settings { version } } }`;
    expect(await one.graphql(mutation, {}, SECRET)).toEqual({
      data: { updateMonitoring: { settings: { version: 2 } } },
    });
    const changed = {
      version: 2,
      monitoring: { mode: 'ULTRA', fixedIntervalMs: 2_000 },
      environmentDifferences: [{ variable: 'SOLANA_POLLING_INTERVAL' }],
    };
    const seen = await eventually(
      () => settingsOf(two),
      (answer) => JSON.stringify(answer).includes('"version":2'),
      1_000,
    );
    expect(seen).toEqual(changed);
    expect((await two.graphql(mutation, {}, SECRET)).errors?.[0]?.extensions).toEqual({ code: 'CONFLICT' });
    await one.end('SIGKILL');
    await two.end('SIGTERM');
    const later = await start();
    expect(await settingsOf(later)).toEqual(changed);
    const lines = later.log.split('\n').filter((line) => line.includes('environment differs from settings'));
    expect(lines).toEqual([expect.stringContaining('"variable":"SOLANA_POLLING_INTERVAL"')]);
  }, 90_000);
});
