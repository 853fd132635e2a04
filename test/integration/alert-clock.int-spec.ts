import { AlertReceiver } from '../support/alert-receiver';
import { AlertRig, QUICK_ALERTS } from '../support/alert-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase } from '../support/servers';
import { SteppedRedis } from '../support/stepped-redis';

const noHandlesLeft = watchOpenHandles();

describe('alerts about the clock of a real Redis', () => {
  const cleanup = new Cleanup();
  let redis: SteppedRedis;
  let receiver: AlertReceiver;
  let rig: AlertRig;

  beforeAll(async () => {
    redis = cleanup.add(await SteppedRedis.start(), (it) => it[Symbol.asyncDispose]());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    receiver = cleanup.add(await AlertReceiver.start(), (it) => it[Symbol.asyncDispose]());
    const environment = {
      REDIS_URL: redis.url,
      REDIS_KEY_PREFIX: 'alert-clock',
      DATABASE_URL: database.url,
      ALERT_WEBHOOK_URL: receiver.url,
    };
    rig = cleanup.add(await AlertRig.start(environment, { ...QUICK_ALERTS, countedMs: 4_000 }), (it) =>
      it.close(),
    );
    await rig.clock.sync();
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  const told = async (rule: string, count: number): Promise<void> => {
    await eventually(
      () => receiver.texts(rule).length,
      (length) => length >= count,
    );
  };

  it('tell a step that is bridged, and nothing of it when it is long ago', async () => {
    await redis.step(3_000);
    await told('clock-step', 2);
    expect(receiver.texts()).toEqual([
      expect.stringMatching(/^WARNING: clock-step\. .* Measured [\d.]+ s, threshold 1 s\.$/),
      expect.stringMatching(/^Recovered: clock-step/),
    ]);
  });

  it('tell that the clock is suspect until somebody confirms it', async () => {
    await redis.step(3_600_000);
    await told('clock-suspect', 1);
    rig.clock.confirm();
    await told('clock-suspect', 2);
    expect(receiver.texts('clock-suspect')).toHaveLength(2);
  });

  it('tell that the clock is suspect until it is set right', async () => {
    await redis.step(-3_600_000);
    await told('clock-suspect', 3);
    await redis.step(3_600_000);
    await told('clock-suspect', 4);
    expect(receiver.texts('clock-suspect')).toHaveLength(4);
  });
});
