import fc from 'fast-check';
import type { FoldState, RoundEnd, Watermark } from '../../src/timer/domain/timer';
import type { Trade } from '../../src/timer/domain/trade';
import { isRefusal } from '../../src/timer/timer.refusal';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { PROPERTY_TIMEOUT_MS, propertyRuns } from '../support/property-runs';
import { testDatabase } from '../support/servers';
import { SteppedRedis } from '../support/stepped-redis';
import { newTimer, T0, TimerLab } from '../support/timer-lab';
import { TimerRig } from '../support/timer-rig';

const noHandlesLeft = watchOpenHandles();
const order = { actor: 'admin', reason: null };
const HOUR_MS = 3_600_000;
/** That of the rig. */
const MARGIN_MS = 2_000;

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

  it(
    'counts each trade once and ends rounds as the chain and the acts say, however the clock is thrown about',
    async () => {
      await rig.timers.create(newTimer({ id: 'clock', durationMs: HOUR_MS, chainReading: false }), order);
      const { deadlineMs } = await current('clock');
      let number = 0;
      let refused = 0;
      let ended = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(throwing, { minLength: 2, maxLength: 8 }), async (throwings) => {
          number += 1;
          const timer = newTimer({ id: `thrown-${number}`, durationMs: 60_000 });
          await rig.timers.create(timer, order);
          const { trades, refusals, end } = await throwAbout(timer.id, throwings);
          refused += refusals;
          const log = await rig.store.load(timer.id);
          const lab = new TimerLab(timer, ((log?.state.createdAtMs ?? 0) - T0) / 1_000);
          for (const act of await rig.ledger.actsAfter(timer.id, 0)) lab.replay(act);
          lab.find(trades, (end.blockTimeMs - T0) / 1_000);
          lab.settle(end, MARGIN_MS);
          const ends = await rig.ledger.endsFrom(timer.id, 1);
          ended += ends.length;
          expect(ends.map(told)).toEqual(lab.ends.map(told));
          expect(told(await current(timer.id))).toEqual(told(lab.current));
          expect(await current('clock')).toMatchObject({ phase: 'RUNNING', deadlineMs });
        }),
        propertyRuns(12),
      );
      expect(refused).toBeGreaterThan(0);
      expect(ended).toBeGreaterThan(0);
    },
    PROPERTY_TIMEOUT_MS,
  );

  /** Sets the clock again and again while the chain goes on, and back to what it was. */
  async function throwAbout(
    id: string,
    throwings: readonly Throwing[],
  ): Promise<{ trades: readonly Trade[]; refusals: number; end: Watermark }> {
    const start = rig.trade(-1);
    const at = (sec: number): Watermark => ({
      slot: start.slot + Math.floor(sec * 2.5),
      blockTimeMs: start.blockTimeMs + sec * 1_000,
    });
    const trades: Trade[] = [];
    let [second, aheadMs, refusals] = [0, 0, 0];
    for (const { ms, seconds, isHeldBack, hasAct, isSettled } of throwings) {
      await step(ms);
      aheadMs += ms;
      second += seconds;
      const trade = { ...start, ...at(second), signature: `${id}-${second}-${trades.length}` };
      trades.push(trade);
      if (hasAct && isRefusal(await rig.timers.reset(id, order))) refusals += 1;
      if (!isHeldBack) await rig.timers.apply(id, { trades: [trade, trade], cursors: [] }, 1);
      if (!isSettled) continue;
      await rig.timers.apply(id, { trades, cursors: [] }, 1);
      await rig.timers.settle(id, at(second), 1);
    }
    await step(-aheadMs);
    // small steps were bridged, and the clock has been right all the time otherwise
    rig.timers.confirmClock();
    await rig.timers.apply(id, { trades: trades.toReversed(), cursors: [] }, 1);
    const end = at(second + 7_200);
    await rig.timers.settle(id, end, 1);
    return { trades, refusals, end };
  }
});

/** A step of the clock, and what happens then. */
interface Throwing {
  readonly ms: number;
  /** How far the chain goes on. */
  readonly seconds: number;
  /** Whether the trade that it brings is found later. */
  readonly isHeldBack: boolean;
  readonly hasAct: boolean;
  readonly isSettled: boolean;
}

const either = (arbitrary: fc.Arbitrary<number>): fc.Arbitrary<number> =>
  fc.tuple(arbitrary, fc.constantFrom(1, -1)).map(([ms, sign]) => ms * sign);

const throwing: fc.Arbitrary<Throwing> = fc.record({
  ms: either(
    fc.oneof(
      fc.integer({ min: 0, max: 4_800 }),
      fc.integer({ min: 5_200, max: 90_000 }),
      fc.integer({ min: HOUR_MS / 2, max: 72 * HOUR_MS }),
    ),
  ),
  seconds: fc.constantFrom(1, 1, 4, 30, 60, 61, 63, 70),
  isHeldBack: fc.boolean(),
  hasAct: fc.boolean(),
  isSettled: fc.boolean(),
});

function told(end: Partial<RoundEnd> & Partial<FoldState>): object {
  const { phase, round, deadlineMs, endedAtMs, lastTrade, counts } = end;
  return { phase, round, deadlineMs, endedAtMs, winner: lastTrade?.signature, counts };
}
