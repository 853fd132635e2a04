import { Cleanup } from '../support/cleanup';
import { killTheServer } from '../support/failover';
import { watchOpenHandles } from '../support/open-handles';
import { RedisGroup } from '../support/redis-group';

const noHandlesLeft = watchOpenHandles();
const cleanup = new Cleanup();

describe('two instances on the Redis that sentinels name', () => {
  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  }, 60_000);

  it('go on when it is killed, with nothing lost that was answered or told', async () => {
    const { group, master, replica } = await RedisGroup.sentinel();
    cleanup.add(group, (it) => it[Symbol.asyncDispose]());
    await killTheServer({ group, master, replica, prefix: 'darwin-timer:' }, cleanup);
  }, 90_000);
});
