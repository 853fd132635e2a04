import { AlertReceiver } from '../support/alert-receiver';
import { AlertRig, QUICK_ALERTS } from '../support/alert-rig';
import { eventually } from '../support/eventually';
import { testDatabase, testRedis } from '../support/servers';
import type { TestDatabase, TestRedis } from '../support/servers';

const FIRED =
  'WARNING: history-lag. Events wait to be written to Postgres. Measured 2000 entries, threshold 1000 entries.';

describe('alerts of several instances', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let receiver: AlertReceiver;
  const rigs: AlertRig[] = [];

  beforeAll(async () => {
    database = await testDatabase();
  });

  beforeEach(async () => {
    [redis, receiver] = await Promise.all([testRedis(), AlertReceiver.start()]);
  });

  afterEach(async () => {
    await Promise.all(rigs.splice(0).map((rig) => rig.close()));
    await receiver[Symbol.asyncDispose]();
    await redis.close();
  });

  afterAll(async () => {
    await database.drop();
  });

  const start = async (more: Record<string, string> = {}, pace = QUICK_ALERTS): Promise<AlertRig> => {
    const rig = await AlertRig.start(
      {
        REDIS_URL: redis.url,
        REDIS_KEY_PREFIX: redis.keyPrefix,
        DATABASE_URL: database.url,
        INSTANCE_ID: `instance-${rigs.length + 1}`,
        ALERT_WEBHOOK_URL: `${receiver.url}/slack`,
        ...more,
      },
      pace,
    );
    rigs.push(rig);
    return rig;
  };
  const takenAre = async (count: number): Promise<void> => {
    await eventually(
      () => receiver.taken.length,
      (length) => length >= count,
    );
  };
  const firing = async (rig: AlertRig): Promise<number> =>
    (await rig.alerts.list({ rule: null, isFiring: true, limit: 10 })).length;

  it('are told once, also when the receiver fails twice, and once more when they are over', async () => {
    const [one, two] = [await start(), await start()];
    const news = two.alerts.changes();
    const first = news.next();
    one.set('history-lag', 2_000);
    two.set('history-lag', 2_000);
    await takenAre(1);
    one.set('history-lag', 0);
    await eventually(
      () => firing(two),
      (count) => count === 1,
    );
    two.set('history-lag', 1_000);
    await takenAre(2);
    // what would come twice comes with the looks that follow
    await Promise.all([one.alerts.lookNow(), two.alerts.lookNow()]);
    const [fired, recovered] = receiver.texts();
    expect(receiver.taken).toHaveLength(2);
    expect(receiver.posts.filter(({ status }) => status === 500)).toHaveLength(4);
    expect(fired).toBe(FIRED);
    expect(recovered).toMatch(/^Recovered: history-lag is over after \d+ s\. /);
    expect(receiver.taken[0]?.body).toEqual({
      text: FIRED,
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      context: expect.objectContaining({
        rule: 'history-lag',
        state: 'fired',
        seen: 'by a test',
        value: 2_000,
      }),
    });
    expect(await first).toMatchObject({ value: { rule: 'history-lag', recoveredAtMs: null } });
    expect(await news.next()).toMatchObject({ value: { recoveredAtMs: expect.any(Number) } });
    const past = await one.alerts.list({ rule: null, isFiring: null, limit: 10 });
    expect(past).toMatchObject([{ rule: 'history-lag', value: 2_000, recoveredAtMs: expect.any(Number) }]);
  });

  it('of an instance that died are over when nobody reads them any more', async () => {
    const [one, two] = [await start(), await start()];
    one.set('cursor-age', 500, 'global');
    two.set('cursor-age', 0, 'global');
    await takenAre(1);
    await one.close();
    rigs.splice(0, 1);
    await takenAre(2);
    expect(receiver.texts('cursor-age')[0]).toContain('cursor-age (global). ');
  });

  it('stay while nobody can tell whether they are over', async () => {
    const one = await start();
    one.set('history-lag', 2_000);
    await takenAre(1);
    one.set('history-lag', null);
    for (let look = 0; look < 5; look += 1) await one.alerts.lookNow();
    expect(await firing(one)).toBe(1);
  });

  it('count events over all instances, and are over when these are old', async () => {
    const [one, two] = [await start(), await start()];
    for (let n = 0; n < 11; n += 1) {
      one.alerts.count('unauthorised', { address: '203.0.113.7' });
      two.alerts.count('unauthorised', { address: '203.0.113.7' });
    }
    await takenAre(2);
    expect(receiver.taken[0]?.body['context']).toMatchObject({ address: '203.0.113.7', threshold: 20 });
    expect(receiver.texts().map((text) => text.slice(0, 9))).toEqual(['WARNING: ', 'Recovered']);
  });

  it('are not told where a rule is off or has another threshold', async () => {
    const one = await start();
    let threshold: number | null = 5_000;
    let isEnabled = true;
    one.alerts.follow({ isEnabled: () => isEnabled, thresholdOf: () => threshold, quietHours: () => null });
    one.set('history-lag', 2_000);
    for (let look = 0; look < 3; look += 1) await one.alerts.lookNow();
    expect(await firing(one)).toBe(0);
    threshold = null;
    await takenAre(1);
    isEnabled = false;
    await takenAre(2);
    expect(receiver.texts()[1]).toMatch(/^Recovered/);
  });

  it('wait in quiet hours where they are warnings, and are dropped where they are over by then', async () => {
    const one = await start();
    const at = (hours: number): string =>
      new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
    const quietHours = { from: at(-1), to: at(2), timeZone: 'UTC' };
    one.alerts.follow({ isEnabled: () => true, thresholdOf: () => null, quietHours: () => quietHours });
    one.set('history-lag', 2_000);
    await eventually(
      () => firing(one),
      (count) => count === 1,
    );
    one.set('history-lag', 0);
    one.set('leader-missing', 31);
    await takenAre(1);
    one.set('leader-missing', 0);
    await takenAre(2);
    await eventually(
      () => firing(one),
      (count) => count === 0,
    );
    expect(receiver.texts('history-lag')).toEqual([]);
    expect(receiver.texts('leader-missing')).toHaveLength(2);
  });

  it('can be tried by a test, on every channel in its own form', async () => {
    const one = await start({
      ALERT_DISCORD_URL: `${receiver.url}/discord`,
      ALERT_TELEGRAM_TOKEN: '12345:a-token-of-telegram',
      ALERT_TELEGRAM_CHAT: '-100200300',
      ALERT_TELEGRAM_API: receiver.url,
      ALERT_SIGNED_URL: `${receiver.url}/signed`,
      ALERT_SIGNED_SECRET: 'a-secret-of-sixteen',
    });
    expect(one.alerts.channels()).toEqual(['slack', 'discord', 'telegram', 'signed']);
    await one.alerts.sendTest('somebody');
    await takenAre(4);
    const by = (path: string): Record<string, unknown> | undefined =>
      receiver.taken.find((post) => post.path === path)?.body;
    const text = 'Test alert of Darwin Timer: alerts arrive here.';
    expect(by('/slack')).toMatchObject({ text, context: { actor: 'somebody' } });
    expect(by('/discord')).toMatchObject({ content: text, allowed_mentions: { parse: [] } });
    expect(by('/bot12345:a-token-of-telegram/sendMessage')).toMatchObject({
      chat_id: '-100200300',
      text: expect.stringContaining(text),
    });
    expect(by('/signed')).toMatchObject({ type: 'alert.test', text });
    expect(receiver.taken.find(({ path }) => path === '/signed')?.headers['darwin-signature']).toMatch(
      /^t=\d{10},v1=[\da-f]{64}$/,
    );
  });

  it('are not delivered while monitoring is off, and can still be seen', async () => {
    const one = await start({ MONITORING_ENABLED: 'false' });
    one.set('history-lag', 2_000);
    await eventually(
      () => firing(one),
      (count) => count === 1,
    );
    await one.alerts.lookNow();
    expect(receiver.posts).toEqual([]);
    expect(one.alerts.channels()).toEqual([]);
  });
});
