import { Cleanup } from '../support/cleanup';
import { killTheServer } from '../support/failover';
import { watchOpenHandles } from '../support/open-handles';
import { RedisGroup } from '../support/redis-group';

const noHandlesLeft = watchOpenHandles();
const cleanup = new Cleanup();

describe('two instances on a Redis Cluster', () => {
  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  }, 60_000);

  it('go on when it is killed, with nothing lost that was answered or told', async () => {
    const { group, owner, replica } = await RedisGroup.cluster('{darwin-timer}');
    cleanup.add(group, (it) => it[Symbol.asyncDispose]());
    await killTheServer({ group, master: owner, replica, prefix: '{darwin-timer}:' }, cleanup);
  }, 90_000);
});
