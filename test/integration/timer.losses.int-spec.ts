import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnPostgres, startOwnRedis } from '../support/own-servers';
import type { OwnServer } from '../support/own-servers';
import { newTimer } from '../support/timer-lab';
import { TimerRig } from '../support/timer-rig';

const noHandlesLeft = watchOpenHandles();
const order = { actor: 'admin', reason: null };

describe('when Redis loses data', () => {
  let cleanup: Cleanup;
  let redis: OwnServer;
  let rig: TimerRig;

  beforeEach(async () => {
    cleanup = new Cleanup();
    redis = cleanup.add(await startOwnRedis(), (it) => it.remove());
    const postgres = cleanup.add(await startOwnPostgres(), (it) => it.remove());
    const servers = { redisUrl: redis.url, databaseUrl: postgres.url, keyPrefix: 'losses' };
    rig = cleanup.add(await TimerRig.start({ ...servers, isWatcher: true, isHistorian: true }), (it) =>
      it.close(),
    );
  }, 60_000);

  afterEach(async () => {
    await cleanup.run();
  });

  afterAll(async () => {
    await noHandlesLeft();
  });

  async function state(id: string) {
    const log = await rig.store.load(id);
    if (log === null) throw new Error(`there is no timer ${id}`);
    return log.state;
  }

  async function recovered(id: string) {
    return await eventually(
      () => state(id),
      ({ epoch }) => epoch === 2,
      25_000,
    );
  }

  async function untilWritten(id: string): Promise<void> {
    const { revision } = await state(id);
    const inPostgres = () =>
      rig.postgres.query<{ revision: string }>('select revision from timers where id = $1', [id]);
    await eventually(inPostgres, ([row]) => Number(row?.revision) === revision);
  }

  it('flushed while trades come: the deadline is that of the chain, whether a trade had reached Postgres or not', async () => {
    await rig.timers.create(newTimer({ id: 'flushed' }), order);
    const [early, late] = [rig.trade(-1, { signature: 'f-1' }), rig.trade(-2, { signature: 'f-2' })];
    await rig.timers.apply('flushed', { trades: [early], cursors: [] }, 1);
    await untilWritten('flushed');
    await rig.timers.apply('flushed', { trades: [late], cursors: [] }, 1);
    const before = await state('flushed');
    await rig.redis.commands.flushall();
    await recovered('flushed');
    // the chain is read again from behind the cursors
    await rig.timers.apply('flushed', { trades: [early, late], cursors: [] }, 1);
    const { current } = await state('flushed');
    expect(current.deadlineMs).toBe(before.current.deadlineMs);
    expect(current.counts).toEqual(before.current.counts);
    expect(current.lastTrade?.signature).toBe('f-2');
    expect(await rig.ledger.endsFrom('flushed', 1)).toEqual([]);
  });

  it('restarted without its last second: what Postgres had of it is true again', async () => {
    await rig.timers.create(newTimer({ id: 'second' }), order);
    await rig.timers.apply('second', { trades: [rig.trade(-1, { signature: 's-1' })], cursors: [] }, 1);
    await untilWritten('second');
    // from here on nothing reaches its file
    await rig.redis.commands.config('SET', 'appendonly', 'no');
    const last = rig.trade(-2, { signature: 's-2' });
    await rig.timers.apply('second', { trades: [last], cursors: [] }, 1);
    const before = await state('second');
    await untilWritten('second');
    await redis.kill();
    await redis.start();
    const after = await recovered('second');
    expect(after.current).toEqual(before.current);
    expect(after.revision).toBeGreaterThan(before.revision);
    const again = await rig.timers.apply('second', { trades: [last], cursors: [] }, 1);
    expect(again).toMatchObject({ tag: 'ok', newTrades: 0 });
  });

  it('away over a deadline: the round ends once, at its deadline, when Redis is back', async () => {
    await rig.timers.create(newTimer({ id: 'away', durationMs: 2_000, chainReading: false }), order);
    const { current } = await state('away');
    await untilWritten('away');
    await redis.stop();
    await eventually(
      () => Date.now(),
      (nowMs) => nowMs > current.deadlineMs + 200,
    );
    expect(await rig.ledger.endsFrom('away', 1)).toEqual([]);
    await redis.start();
    await eventually(
      () => rig.ledger.endsFrom('away', 1),
      (ends) => ends.length > 0,
      25_000,
    );
    expect(await rig.ledger.endsFrom('away', 1)).toMatchObject([
      { round: 1, endedAtMs: current.deadlineMs, isVoid: false, winner: null },
    ]);
    expect(await state('away')).toMatchObject({ epoch: 2, current: { phase: 'EXPIRED', round: 1 } });
  });

  it('flushed over a deadline that the chain decides: the round settles as it would have', async () => {
    await rig.timers.create(newTimer({ id: 'settles', durationMs: 60_000 }), order);
    const trade = rig.trade(-2, { signature: 'd-1' });
    await rig.timers.apply('settles', { trades: [trade], cursors: [] }, 1);
    await untilWritten('settles');
    const { deadlineMs } = (await state('settles')).current;
    await rig.redis.commands.flushall();
    await recovered('settles');
    await rig.timers.settle('settles', { slot: 4_000_000_000, blockTimeMs: deadlineMs + 60_000 }, 1);
    expect(await rig.ledger.endsFrom('settles', 1)).toMatchObject([
      { round: 1, endedAtMs: deadlineMs, winner: trade.trader },
    ]);
  });
});
