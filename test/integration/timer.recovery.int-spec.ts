import { timerKeys } from '../../src/timer/domain/timer.keys';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnPostgres, startOwnRedis } from '../support/own-servers';
import type { OwnServer } from '../support/own-servers';
import { newTimer } from '../support/timer-lab';
import { TimerRig } from '../support/timer-rig';

const noHandlesLeft = watchOpenHandles();
const cleanup = new Cleanup();
const order = { actor: 'admin', reason: null };
const PREFIX = 'recovery';

describe('when a server goes away', () => {
  let redis: OwnServer;
  let postgres: OwnServer;
  let rig: TimerRig;

  beforeAll(async () => {
    redis = cleanup.add(await startOwnRedis(), (it) => it.remove());
    postgres = cleanup.add(await startOwnPostgres(), (it) => it.remove());
    const started = TimerRig.start({
      redisUrl: redis.url,
      databaseUrl: postgres.url,
      keyPrefix: PREFIX,
      isWatcher: true,
      isHistorian: true,
    });
    rig = cleanup.add(await started, (it) => it.close());
  });

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  async function state(id: string) {
    const log = await rig.store.load(id);
    if (log === null) throw new Error(`there is no timer ${id}`);
    return log.state;
  }

  const inHistory = (id: string) =>
    rig.postgres.query<{ signature: string; round: number | null }>(
      'select signature, round from trades where timer_id = $1 order by signature',
      [id],
    );

  it('Redis restarted with its data: nothing is written before recovery, then a new epoch goes on', async () => {
    await rig.timers.create(newTimer({ id: 'restart' }), order);
    await rig.timers.apply('restart', { trades: [rig.trade(-1, { signature: 'r-1' })], cursors: [] }, 1);
    const before = await state('restart');
    await eventually(
      () => inHistory('restart'),
      (rows) => rows.length === 1,
    );
    expect(await rig.timers.current('restart')).toMatchObject({ isStale: false });
    await redis.stop();
    const stale = await rig.timers.current('restart');
    expect(stale).toMatchObject({ isStale: true, view: { revision: before.revision } });
    expect(await rig.timers.reset('restart', order)).toMatchObject({ refusal: 'SERVICE_UNAVAILABLE' });
    await redis.start();
    await eventually(
      () => state('restart'),
      ({ epoch }) => epoch === 2,
    );
    const after = await state('restart');
    expect(after.revision).toBe(before.revision + 1);
    expect(after.current).toEqual(before.current);
    const again = await rig.timers.apply(
      'restart',
      { trades: [rig.trade(-1, { signature: 'r-1' })], cursors: [] },
      1,
    );
    expect(again).toMatchObject({ tag: 'ok', newTrades: 0 });
    const events = await eventually(
      () =>
        rig.postgres.query<{ type: string }>(
          "select type from timer_events where timer_id = 'restart' order by epoch, revision",
        ),
      (rows) => rows.length === 3,
    );
    expect(events.map((event) => event.type)).toEqual(['CREATED', 'RESET', 'RECOVERED']);
    expect(await rig.timers.current('restart')).toMatchObject({ isStale: false });
  });

  it('Redis lost everything: Postgres gives state, trades and acts back, and nothing counts twice', async () => {
    await rig.timers.create(newTimer({ id: 'wiped' }), order);
    const trades = [1, 2, 3].map((n) => rig.trade(-n, { signature: `w-${n}`, slot: 5_000 + n }));
    const cursor = { address: 'mint', slot: 5_003, signature: 'w-3' };
    await rig.timers.apply('wiped', { trades, cursors: [cursor] }, 1);
    await rig.timers.pause('wiped', order);
    await rig.timers.resume('wiped', order);
    const before = await state('wiped');
    await eventually(
      () => rig.postgres.query<{ revision: string }>("select revision::text from timers where id = 'wiped'"),
      ([row]) => Number(row?.revision) === before.revision,
    );
    await rig.redis.commands.flushall();
    await eventually(
      () => state('wiped'),
      ({ epoch }) => epoch === 2,
    );
    const after = await state('wiped');
    expect(after.current).toMatchObject({
      round: 1,
      phase: 'RUNNING',
      deadlineMs: before.current.deadlineMs,
      lastTrade: before.current.lastTrade,
      counts: before.current.counts,
    });
    const again = await rig.timers.apply('wiped', { trades, cursors: [] }, 1);
    expect(again).toMatchObject({ tag: 'ok', newTrades: 0 });
    const reading = await rig.timers.reading('wiped');
    expect(reading?.cursors).toEqual([{ address: 'mint', slot: 5_003 - 150, signature: null }]);
    expect(reading?.state.revision).toBeGreaterThan(before.revision);
  });

  it('Redis lost an act that Postgres had accepted: it is true again after the recovery', async () => {
    await rig.timers.create(newTimer({ id: 'act' }), order);
    const keys = timerKeys(PREFIX, 'act');
    const dump = await rig.redis.commands.hgetall(keys.state);
    await rig.timers.pause('act', order);
    const paused = await state('act');
    // the server comes back with what it had before the act
    await rig.redis.commands
      .multi()
      .del(keys.state, keys.tail)
      .hset(keys.state, { ...dump, run: 'another-server' })
      .exec();
    rig.log.forget('act');
    await rig.recovery.recover('act');
    expect((await state('act')).current).toMatchObject({
      phase: 'PAUSED',
      remainingMs: paused.current.remainingMs,
    });
  });

  it('Postgres away: trades go on, acts are refused, an end waits in SETTLING and comes once', async () => {
    await rig.timers.create(newTimer({ id: 'postgres', durationMs: 1_000 }), order);
    const { current } = await state('postgres');
    await postgres.stop();
    const trade = rig.trade(0, { signature: 'p-1', blockTimeMs: current.deadlineMs });
    expect(await rig.timers.apply('postgres', { trades: [trade], cursors: [] }, 1)).toMatchObject({
      tag: 'ok',
      newTrades: 1,
    });
    const { deadlineMs } = (await state('postgres')).current;
    const watermark = { slot: 1, blockTimeMs: deadlineMs + 60_000 };
    await expect(rig.timers.settle('postgres', watermark, 1)).rejects.toMatchObject({
      code: 'TIMER_LEDGER_FAILED',
    });
    expect(await state('postgres')).toMatchObject({
      closing: { round: 1, winner: trade.trader },
      current: { phase: 'RUNNING' },
    });
    await rig.timers.create(newTimer({ id: 'refused' }), order).then((outcome) => {
      expect(outcome).toMatchObject({ refusal: 'SERVICE_UNAVAILABLE' });
    });
    expect(await rig.timers.resume('act', order)).toMatchObject({ refusal: 'SERVICE_UNAVAILABLE' });
    await postgres.start();
    await eventually(
      () => state('postgres'),
      ({ closing }) => closing === null,
      25_000,
    );
    expect(await rig.ledger.endsFrom('postgres', 1)).toMatchObject([
      { round: 1, winner: trade.trader, endedAtMs: deadlineMs },
    ]);
    await eventually(
      () => inHistory('postgres'),
      (rows) => rows.length === 1,
      25_000,
    );
  }, 60_000);
});
