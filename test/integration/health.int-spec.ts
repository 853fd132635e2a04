import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnRedis } from '../support/own-servers';
import { testDatabase } from '../support/servers';

const noHandlesLeft = watchOpenHandles();

/** The part of the picture that is looked at. */
interface Body {
  readonly status: string;
  readonly services: Readonly<Record<string, { readonly status: string }>>;
}

describe('health while Redis is away', () => {
  afterAll(noHandlesLeft);

  it('is degraded and in service, shows the last known state as stale, and heals with subscriptions still open', async () => {
    await using redis = await startOwnRedis();
    await using database = await testDatabase();
    await using rig = await ApiRig.start({ REDIS_URL: redis.url, DATABASE_URL: database.url });
    const before: { deadline: number } = JSON.parse(await (await rig.get('/api/timer')).text());
    const states = rig.subscribe('subscription { timerUpdated { status } }');
    expect((await states.next()).data).toEqual({ timerUpdated: { status: 'RUNNING' } });
    await redis.stop();
    const read = async () => {
      const response = await rig.get('/api/health');
      const body: Body = JSON.parse(await response.text());
      return { code: response.status, body };
    };
    const { code, body } = await eventually(
      read,
      (answer) => answer.body.services['redis']?.status === 'unhealthy',
    );
    expect(code).toBe(200);
    expect(body.status).toBe('degraded');
    expect((await rig.get('/api/health/ready')).status).toBe(200);
    const timer: { deadline: number; stale: boolean } = JSON.parse(
      await (await rig.get('/api/timer')).text(),
    );
    expect(timer).toMatchObject({ deadline: before.deadline, stale: true });
    const { errors } = await rig.graphql('{ timer { stale } clock }');
    expect(errors).toEqual([]);
    await redis.start();
    await eventually(read, (answer) => answer.body.services['redis']?.status === 'healthy');
    await eventually(
      () => rig.graphql('mutation { pauseTimer { timer { status } } }', { bearer: ADMIN_SECRET }),
      ({ data }) => data !== null,
    );
    // heartbeats of the running timer may come first
    const paused = await eventually(
      () => states.next(),
      ({ data }) => data?.['timerUpdated']?.['status'] === 'PAUSED',
    );
    expect(paused.errors).toBeUndefined();
  });
});
