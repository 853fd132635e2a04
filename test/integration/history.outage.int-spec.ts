import { Logger } from '@nestjs/common';
import { pause } from '../../src/history/backoff';
import { HistoryBench, until } from '../support/history-bench';
import { tradeRecord } from '../support/history-records';
import { migrate } from '../support/migrate';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnPostgres, startOwnRedis } from '../support/own-servers';

const expectNoOpenHandles = watchOpenHandles();

beforeEach(() => {
  jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  await expectNoOpenHandles();
});

describe('the historian', () => {
  it('has every trade once after Postgres was stopped in the middle and started again', async () => {
    await using postgres = await startOwnPostgres();
    await migrate(postgres.url);
    await using bench = await HistoryBench.open({ postgres: postgres.url });
    const historian = bench.historian('historian-1', { batchSize: 20 });
    historian.start();
    for (let revision = 1; revision <= 100; revision += 1) await bench.append(tradeRecord(revision));
    await postgres.stop();
    for (let revision = 101; revision <= 200; revision += 1) await bench.append(tradeRecord(revision));
    await until('the outage is noticed', async () => !(await historian.status()).isHealthy);
    expect((await historian.status()).lagEntries).toBeGreaterThanOrEqual(100);
    await postgres.start();
    await bench.untilWritten(historian);
    expect(await bench.count('trades')).toBe(200);
    expect(await bench.count('timer_events')).toBe(200);
    expect(await bench.count('(select distinct signature from trades) s')).toBe(200);
    await expect(historian.status()).resolves.toMatchObject({
      ...{ isHealthy: true, lagEntries: 0, mismatches: 0, setAside: 0 },
    });
    expect(await bench.client.exists(bench.keys().poison)).toBe(0);
  });

  it('drains what came while Postgres was away, several sharing it, in order and without a gap at any time', async () => {
    await using postgres = await startOwnPostgres();
    await migrate(postgres.url);
    await using bench = await HistoryBench.open({ postgres: postgres.url });
    const pace = { batchSize: 25, claimIdleMs: 30_000 };
    const historians = ['one', 'two', 'three'].map((name) => bench.historian(name, pace));
    for (const historian of historians) historian.start();
    const over = new AbortController();
    let revision = 0;
    const trading = (async () => {
      while (!over.signal.aborted) {
        await bench.append(...Array.from({ length: 4 }, () => tradeRecord((revision += 1))));
        await pause(5, over.signal);
      }
    })();
    await until('trades are written', async () => (await bench.count('timer_events')) > 50);
    await postgres.stop();
    const before = revision;
    await until('many trades have come meanwhile', () => revision - before >= 400);
    const backlog = revision - before;
    await postgres.start();
    let gaps = 0;
    await until('the backlog is written', async () => {
      const [row] = await bench.postgres
        .query<{ n: string; last: string }>('select count(*) as n, max(revision) as last from timer_events')
        .catch(() => []);
      if (row !== undefined && row.n !== row.last) gaps += 1;
      return Number(row?.last ?? 0) > before + backlog;
    });
    over.abort();
    await trading;
    await bench.untilWritten(historians[0] ?? bench.historian());
    expect(backlog).toBeGreaterThanOrEqual(400);
    expect(gaps).toBe(0);
    const order = await bench.postgres.query<{ revision: string }>(
      'select revision from timer_events order by at, epoch, revision, number',
    );
    expect(order.map((row) => Number(row.revision))).toEqual(
      Array.from({ length: revision }, (_, n) => n + 1),
    );
    expect(await bench.count('(select distinct signature from trades) s')).toBe(revision);
    const [timer] = await bench.postgres.query<{ revision: string }>('select revision from timers');
    expect(Number(timer?.revision)).toBe(revision);
    for (const historian of historians)
      expect(await historian.status()).toMatchObject({ isHealthy: true, mismatches: 0, setAside: 0 });
  }, 90_000);

  it('stops at once while Postgres is away, and the next one writes what it held', async () => {
    await using postgres = await startOwnPostgres();
    await migrate(postgres.url);
    await using bench = await HistoryBench.open({ postgres: postgres.url });
    const stopped = bench.historian('historian-1');
    await postgres.stop();
    stopped.start();
    await bench.append(tradeRecord(1), tradeRecord(2));
    await until('the outage is noticed', async () => !(await stopped.status()).isHealthy);
    await stopped.stop();
    expect((await stopped.status()).isRunning).toBe(false);
    await postgres.start();
    const next = bench.historian('historian-2');
    next.start();
    await bench.untilWritten(next);
    expect(await bench.count('trades')).toBe(2);
  });

  it('goes on by itself after Redis was killed and started again', async () => {
    await using redis = await startOwnRedis();
    await using bench = await HistoryBench.open({ redis: redis.url });
    const historian = bench.historian();
    historian.start();
    await bench.append(tradeRecord(1));
    await bench.untilWritten(historian);
    await redis.kill();
    await until('the outage is noticed', async () => !(await historian.status()).isHealthy);
    expect((await historian.status()).lagEntries).toBeNull();
    await redis.start();
    await until('Redis answers', async () => (await bench.client.ping().catch(() => '')) === 'PONG');
    await bench.append(tradeRecord(2));
    await bench.untilWritten(historian);
    expect(await bench.count('trades')).toBe(2);
    await until('it is healthy again', async () => (await historian.status()).isHealthy);
  });

  it('reads on after Redis came back empty, without its group', async () => {
    await using bench = await HistoryBench.open();
    const historian = bench.historian();
    historian.start();
    await bench.append(tradeRecord(1));
    await bench.untilWritten(historian);
    await bench.client.del(bench.keys().events);
    await bench.append(tradeRecord(2));
    await bench.untilWritten(historian);
    expect(await bench.count('trades')).toBe(2);
  });

  it('can be stopped while Redis is away', async () => {
    await using redis = await startOwnRedis();
    await using bench = await HistoryBench.open({ redis: redis.url });
    const historian = bench.historian();
    historian.start();
    await bench.append(tradeRecord(1));
    await bench.untilWritten(historian);
    await redis.kill();
    await historian.stop();
    expect((await historian.status()).isRunning).toBe(false);
  });
});

describe('the read side', () => {
  it('answers HISTORY_STORE_FAILED while Postgres is away', async () => {
    await using postgres = await startOwnPostgres();
    await migrate(postgres.url);
    await using bench = await HistoryBench.open({ postgres: postgres.url });
    await postgres.stop();
    await expect(bench.history().trades('global')).rejects.toMatchObject({ code: 'HISTORY_STORE_FAILED' });
    await postgres.start();
    await expect(bench.history().trades('global')).resolves.toMatchObject({ edges: [] });
  });
});
