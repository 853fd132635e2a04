import { randomUUID } from 'node:crypto';
import { ClaimStore } from '../../src/alerts/claim.store';
import { PostgresService } from '../../src/platform/postgres/postgres.service';
import { AlertRig, QUICK_ALERTS } from '../support/alert-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';
import type { TestDatabase } from '../support/servers';

const noHandlesLeft = watchOpenHandles();

describe('claims of alerts', () => {
  const cleanup = new Cleanup();
  let database: TestDatabase;
  let postgres: PostgresService;

  beforeAll(async () => {
    database = cleanup.add(await testDatabase(), (it) => it.drop());
    postgres = cleanup.add(new PostgresService(database.url), (it) => it.onApplicationShutdown());
    await postgres.connect();
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  /** Claims that were made and, unless it is null, closed so many days ago. */
  const claim = async (key: string, count: number, closedDaysAgo: number | null): Promise<void> => {
    await postgres.query(
      `insert into alert_claims (id, alert_key, alert, claimed_at, closed_at)
       select gen_random_uuid(), $1 || n, '{}', now() - interval '90 days', now() - make_interval(days => $2)
       from generate_series(1, $3::int) n`,
      [key, closedDaysAgo, count],
    );
  };
  const keys = async (): Promise<readonly string[]> => {
    const rows = await postgres.query<{ alert_key: string }>(
      'select alert_key from alert_claims order by alert_key',
    );
    return rows.map(({ alert_key: key }) => key);
  };

  it('are removed a week after they were closed, a thousand at once, and open ones never', async () => {
    const store = new ClaimStore(postgres);
    await claim('old', 1_400, 8);
    await claim('fresh', 1, 6);
    await claim('open', 1, null);
    expect(await store.tidy()).toEqual({ removed: 1_000, isMore: true });
    expect(await store.tidy()).toEqual({ removed: 400, isMore: false });
    expect(await store.tidy()).toEqual({ removed: 0, isMore: false });
    expect(await keys()).toEqual(['fresh1', 'open1']);
  });

  it('are looked after by every instance, again and again', async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const environment = {
      REDIS_URL: redis.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
      DATABASE_URL: database.url,
    };
    cleanup.add(await AlertRig.start(environment, { ...QUICK_ALERTS, tidyEveryMs: 100 }), (it) => it.close());
    for (const round of ['first', 'second']) {
      const key = `${round} ${randomUUID()}`;
      await claim(key, 1_200, 30);
      await eventually(keys, (left) => !left.some((one) => one.startsWith(key)));
    }
  }, 30_000);
});
