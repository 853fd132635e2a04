import { EventEmitter } from 'node:events';
import { speakLastWords } from '../../src/app/last-words';
import { AlertReceiver } from '../support/alert-receiver';
import { AlertRig, QUICK_ALERTS } from '../support/alert-rig';
import { eventually } from '../support/eventually';
import { migrate } from '../support/migrate';
import { startOwnPostgres, startOwnRedis } from '../support/own-servers';
import type { OwnServer } from '../support/own-servers';
import { silentLog } from '../support/silent-log';

/** Thresholds that a test can wait for. */
const SOON = { isEnabled: () => true, thresholdOf: () => null, quietHours: () => null };

describe('alerts about the servers', () => {
  let redis: OwnServer;
  let postgres: OwnServer;
  let receiver: AlertReceiver;
  const rigs: AlertRig[] = [];

  beforeAll(async () => {
    [redis, postgres, receiver] = await Promise.all([
      startOwnRedis(),
      startOwnPostgres(),
      AlertReceiver.start(),
    ]);
    await migrate(postgres.url);
    for (const name of ['one', 'two']) {
      const rig = await AlertRig.start(
        {
          REDIS_URL: redis.url,
          REDIS_KEY_PREFIX: 'servers',
          DATABASE_URL: postgres.url,
          INSTANCE_ID: name,
          ALERT_WEBHOOK_URL: receiver.url,
        },
        // a stopped instance must not seem to go on reading while the machine is busy
        { ...QUICK_ALERTS, lookEveryMs: 200, readingHoldsMs: 6_000, countedMs: 4_000 },
      );
      rig.alerts.follow({
        ...SOON,
        thresholdOf: (rule) => (rule === 'redis-lost' || rule === 'postgres-lost' ? 1 : null),
      });
      rigs.push(rig);
    }
  }, 60_000);

  afterAll(async () => {
    await Promise.all(rigs.map((rig) => rig.close()));
    await receiver[Symbol.asyncDispose]();
    await Promise.all([redis.remove(), postgres.remove()]);
  });

  /** Texts of a rule, once there are so many; a look of each instance later there still are no more. */
  const told = async (rule: string, count: number): Promise<readonly string[]> => {
    await eventually(
      () => receiver.texts(rule).length,
      (length) => length >= count,
    );
    await Promise.all(rigs.map((rig) => rig.alerts.lookNow()));
    expect(receiver.texts(rule)).toHaveLength(count);
    return receiver.texts(rule);
  };

  it('tell once that Redis is lost, without Redis, and once that it is back', async () => {
    await redis.stop();
    const [fired] = await told('redis-lost', 1);
    expect(fired).toMatch(/^CRITICAL: redis-lost\. Redis does not answer\./);
    await redis.start();
    const [, recovered] = await told('redis-lost', 2);
    expect(recovered).toMatch(/^Recovered: redis-lost/);
  }, 90_000);

  it('tell that Redis hangs, too', async () => {
    redis.freeze();
    try {
      await told('redis-lost', 3);
    } finally {
      redis.thaw();
    }
    await told('redis-lost', 4);
  }, 90_000);

  it('tell once that Postgres is lost, and once that it is back', async () => {
    await postgres.stop();
    await told('postgres-lost', 1);
    await postgres.start();
    await told('postgres-lost', 2);
  }, 90_000);

  it('are delivered after Redis was away with them in its queue', async () => {
    let isDown = true;
    receiver.answer = () => (isDown ? 500 : 200);
    rigs[0]?.set('history-lag', 5_000);
    await eventually(
      () => receiver.posts.filter(({ text }) => text.includes('history-lag')).length,
      (count) => count > 2,
    );
    await redis.kill();
    await redis.start();
    isDown = false;
    await told('history-lag', 1);
    receiver.answer = null;
    rigs[0]?.set('history-lag', 0);
    await told('history-lag', 2);
  }, 90_000);

  it('tell of an exception that nobody caught, before the process ends', async () => {
    const source = new EventEmitter();
    const [rig] = rigs;
    if (rig === undefined) throw new Error('there is no instance');
    const ended = new Promise<void>((resolve) => {
      const end = (): Promise<void> => {
        resolve();
        return Promise.resolve();
      };
      speakLastWords(source, { log: silentLog, tell: () => rig.alerts.lookNow(), end });
    });
    source.emit('uncaughtException', new TypeError('nobody caught it'), 'uncaughtException');
    await ended;
    const [fired] = await told('uncaught-exception', 1);
    expect(fired).toContain('An exception that nobody caught.');
    await told('uncaught-exception', 2);
  }, 60_000);
});
