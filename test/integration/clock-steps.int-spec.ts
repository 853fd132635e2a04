import { isRefusal } from '../../src/timer/timer.refusal';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase } from '../support/servers';
import { SteppedRedis } from '../support/stepped-redis';
import { newTimer } from '../support/timer-lab';
import { TimerRig } from '../support/timer-rig';

const noHandlesLeft = watchOpenHandles();
const order = { actor: 'admin', reason: null };
const HOUR_MS = 3_600_000;

describe('when the clock of a real Redis is set', () => {
  let cleanup: Cleanup;
  let redis: SteppedRedis;
  let rig: TimerRig;

  beforeEach(async () => {
    cleanup = new Cleanup();
    redis = cleanup.add(await SteppedRedis.start(), (it) => it[Symbol.asyncDispose]());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    const servers = { redisUrl: redis.url, databaseUrl: database.url, keyPrefix: 'steps' };
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

  async function current(id: string) {
    const log = await rig.store.load(id);
    if (log === null) throw new Error(`there is no timer ${id}`);
    return log.state.current;
  }

  /** Sets the clock, and reads it as every instance does every other second. */
  async function step(ms: number): Promise<void> {
    await redis.step(ms);
    await rig.clock.sync();
  }

  const resetRefusal = async (): Promise<string | null> => {
    const answer = await rig.timers.reset('chain', order);
    return isRefusal(answer) ? answer.refusal : null;
  };

  it.each([3_000, -3_000])('bridges a step of %d ms: shared time never goes back, acts go on', async (ms) => {
    await rig.timers.create(newTimer({ id: 'chain' }), order);
    const before = rig.clock.now();
    await step(ms);
    expect(rig.clock.isSuspect).toBe(false);
    expect(rig.clock.now()).toBeGreaterThanOrEqual(before);
    expect(await resetRefusal()).toBeNull();
    await step(-ms);
    expect(rig.clock.now()).toBeGreaterThanOrEqual(before);
    expect(await resetRefusal()).toBeNull();
  });

  it.each([
    ['an hour ahead', HOUR_MS],
    ['an hour back', -HOUR_MS],
    ['6 s ahead', 6_000],
    ['6 s back', -6_000],
  ])('set %s, refuses acts and ends nothing by the clock, while trades and settling go on', async (_, ms) => {
    await rig.timers.create(newTimer({ id: 'chain', durationMs: 30_000 }), order);
    await rig.timers.create(newTimer({ id: 'clock', durationMs: 60_000, chainReading: false }), order);
    const { deadlineMs } = await current('clock');
    const trade = rig.trade(-2, { signature: 'during' });
    await step(ms);
    expect(rig.clock.isSuspect).toBe(true);
    expect(await resetRefusal()).toBe('SERVICE_UNAVAILABLE');
    expect(await rig.timers.apply('chain', { trades: [trade], cursors: [] }, 1)).toMatchObject({
      newTrades: 1,
    });
    expect((await current('chain')).deadlineMs).toBe(trade.blockTimeMs + 30_000);
    const watermark = { slot: trade.slot + 100, blockTimeMs: trade.blockTimeMs + 40_000 };
    expect(await rig.timers.settle('chain', watermark, 1)).toMatchObject({ tag: 'ok' });
    expect(await current('chain')).toMatchObject({ phase: 'EXPIRED', lastTrade: { signature: 'during' } });
    expect(await current('clock')).toMatchObject({ phase: 'RUNNING', deadlineMs });
    await step(-ms);
    expect(rig.clock.isSuspect).toBe(false);
    expect(await current('clock')).toMatchObject({ phase: 'RUNNING', deadlineMs });
    expect(await resetRefusal()).toBeNull();
  });

  it('ends a timer without chain reading only once the step is explained', async () => {
    const durationMs = 8_000;
    await rig.timers.create(newTimer({ id: 'clock', durationMs, chainReading: false }), order);
    const { deadlineMs } = await current('clock');
    await step(HOUR_MS);
    await eventually(
      () => rig.clock.now(),
      (now) => now > deadlineMs + 1_000,
    );
    expect((await current('clock')).phase).toBe('RUNNING');
    await step(-HOUR_MS);
    await eventually(
      () => current('clock'),
      ({ phase }) => phase === 'EXPIRED',
    );
  });

  it('takes the new time when a fresh block agrees with it, and when an admin says so', async () => {
    await rig.timers.create(newTimer({ id: 'chain' }), order);
    await step(HOUR_MS);
    rig.clock.observeBlock((await redis.timeMs()) - 10_000);
    expect(rig.clock.isSuspect).toBe(false);
    expect(Math.abs(rig.clock.now() - (await redis.timeMs()))).toBeLessThan(2_000);
    await step(-HOUR_MS);
    // the block that was fresh an hour "later" explains nothing now
    expect(rig.clock.isSuspect).toBe(true);
    rig.timers.confirmClock();
    expect(await resetRefusal()).toBeNull();
  });

  it('counts each trade once, and closes the round when the chain says, however the clock is thrown about', async () => {
    await rig.timers.create(newTimer({ id: 'chain', durationMs: 60_000 }), order);
    const steps = [7_000, -20_000, 2_500, -HOUR_MS, 86_400_000, -1_000, -86_400_000, HOUR_MS];
    const start = rig.trade(-1);
    for (const [number, ms] of steps.entries()) {
      await step(ms);
      const second = { slot: start.slot + number * 10, blockTimeMs: start.blockTimeMs + number * 4_000 };
      const trade = { ...start, ...second, signature: `thrown-${number}` };
      await rig.timers.apply('chain', { trades: [trade], cursors: [] }, 1);
      await rig.timers.apply('chain', { trades: [trade], cursors: [] }, 1);
    }
    const lastMs = start.blockTimeMs + (steps.length - 1) * 4_000;
    const settle = (blockTimeMs: number) =>
      rig.timers.settle(
        'chain',
        { slot: start.slot + Math.ceil((blockTimeMs - start.blockTimeMs) / 400), blockTimeMs },
        1,
      );
    await settle(lastMs + 50_000);
    expect(await current('chain')).toMatchObject({
      phase: 'RUNNING',
      deadlineMs: lastMs + 60_000,
      counts: { trades: steps.length },
    });
    await settle(lastMs + 63_000);
    expect(await current('chain')).toMatchObject({
      phase: 'EXPIRED',
      lastTrade: { signature: `thrown-${steps.length - 1}` },
    });
  });
});
