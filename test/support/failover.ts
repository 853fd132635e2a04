import type { Cleanup } from './cleanup';
import { DemoControl } from './demo-control';
import { eventually } from './eventually';
import { Instance, SECRET } from './instance';
import type { SeenTimer } from './instance';
import type { Member, RedisGroup } from './redis-group';
import { testDatabase } from './servers';

/** Servers of which one is killed. */
export interface Failing {
  readonly group: RedisGroup;
  /** The one that is written to. */
  readonly master: Member;
  /** The one that takes over. */
  readonly replica: Member;
  /** How the keys begin. */
  readonly prefix: string;
}

/** Two instances see their Redis killed, and go on on the one that takes over, with nothing lost that was answered or told. */
export async function killTheServer(
  { group, master, replica, prefix }: Failing,
  cleanup: Cleanup,
): Promise<void> {
  const database = cleanup.add(await testDatabase(), (it) => it.drop());
  const chain = cleanup.add(await DemoControl.start(), (it) => it.close());
  const environment = {
    REDIS_URL: group.url,
    DATABASE_URL: database.url,
    SOLANA_RPC_ENDPOINTS: chain.url,
    SOLANA_POLLING_INTERVAL: '1000',
  };
  const instances = await Promise.all(
    ['one', 'two'].map((id) => Instance.start({ ...environment, INSTANCE_ID: id })),
  );
  for (const instance of instances) cleanup.add(instance, (it) => it.close());
  await chain.passes(Date.now());
  const [one, two] = instances;
  if (one === undefined || two === undefined) throw new Error('an instance is missing');
  const follower = two.followTimer();
  const trades = two.follow<{ signature: string }>(
    'subscription { tradeDetected { signature } }',
    'tradeDetected',
  );
  const trade = async (): Promise<string> => {
    const { signature } = await chain.place({ counting: true });
    await eventually(
      () => [follower.last?.lastTrade?.signature, ...trades.items.map((item) => item.signature)],
      ([last, ...told]) => last === signature && told.includes(signature),
    );
    return signature;
  };
  const pauseAndGoOn = async (): Promise<unknown> => {
    await one.graphql('mutation { pauseTimer { timer { status } } }', {}, SECRET);
    const { data } = await two.graphql('mutation { resumeTimer { timer { status } } }', {}, SECRET);
    return data?.['resumeTimer'];
  };
  const before = await trade();
  expect(await pauseAndGoOn()).toEqual({ timer: { status: 'RUNNING' } });
  // every key of the deployment is on the server, and nowhere without the prefix
  const keys = await master.client.keys('*');
  expect(keys.filter((key) => !key.startsWith(prefix))).toEqual([]);
  expect(keys.length).toBeGreaterThan(5);
  await master.client.wait(1, 5_000);
  const stateBefore: SeenTimer = await one.timer();

  await master.kill();
  await eventually(
    () => replica.client.info('replication'),
    (text) => text.includes('role:master'),
  );
  const stateAfter = await eventually(
    () => two.timer(),
    ({ epoch, stale }) => epoch > stateBefore.epoch && !stale,
  );
  expect(stateAfter.round).toBe(stateBefore.round);
  expect(stateAfter.deadline).toBe(stateBefore.deadline);
  expect(stateAfter.lastTrade?.signature).toBe(before);
  // both listen again: what is published before that, nobody is told twice
  await eventually(
    () => replica.client.pubsub('NUMSUB', `${prefix}{global}:changes`),
    ([, listeners]) => Number(listeners) === 2,
  );
  const after = await trade();
  expect(await eventually(pauseAndGoOn, (data) => data !== undefined)).toEqual({
    timer: { status: 'RUNNING' },
  });
  expect(trades.items.map(({ signature }) => signature)).toEqual([before, after]);
  expect(follower.errors).toEqual([]);
  const history = await eventually(
    () => one.graphql('{ trades { nodes { signature } } }'),
    ({ data }) => JSON.stringify(data).includes(after),
  );
  expect(JSON.stringify(history.data)).toContain(before);
}
