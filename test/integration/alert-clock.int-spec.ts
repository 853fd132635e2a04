import { SharedClock } from '../../src/platform/redis/shared-clock';
import { AlertReceiver } from '../support/alert-receiver';
import { AlertRig } from '../support/alert-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { testDatabase, testRedis } from '../support/servers';

describe('alerts about the shared clock', () => {
  const cleanup = new Cleanup();
  let clock: SharedClock;
  let receiver: AlertReceiver;
  /** By how much TIME has stepped. */
  let aheadMs = 0;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    receiver = cleanup.add(await AlertReceiver.start(), (it) => it[Symbol.asyncDispose]());
    clock = new SharedClock({
      readTimeMs: async () => {
        const [seconds, micros] = await redis.client.time();
        return Number(seconds) * 1000 + Number(micros) / 1000 + aheadMs;
      },
    });
    cleanup.add(
      await AlertRig.start(
        {
          REDIS_URL: redis.url,
          REDIS_KEY_PREFIX: redis.keyPrefix,
          DATABASE_URL: database.url,
          ALERT_WEBHOOK_URL: receiver.url,
        },
        undefined,
        clock,
      ),
      (it) => it.close(),
    );
    await clock.sync();
  }, 60_000);

  afterAll(() => cleanup.run());

  const told = async (rule: string, count: number): Promise<void> => {
    await eventually(
      () => receiver.texts(rule).length,
      (length) => length >= count,
    );
  };

  it('tell a step that is bridged, and nothing of it when it is long ago', async () => {
    aheadMs = 3_000;
    await clock.sync();
    await told('clock-step', 2);
    expect(receiver.texts()).toEqual([
      expect.stringMatching(/^WARNING: clock-step\. .* Measured 3 s, threshold 1 s\.$/),
      expect.stringMatching(/^Recovered: clock-step/),
    ]);
  });

  it('tell that the clock is suspect until somebody confirms it', async () => {
    aheadMs += 3_600_000;
    await clock.sync();
    await told('clock-suspect', 1);
    clock.confirm();
    await told('clock-suspect', 2);
    expect(receiver.texts('clock-suspect')).toHaveLength(2);
  });
});
