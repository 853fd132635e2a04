import { Logger } from '@nestjs/common';
import { SharedClock } from './shared-clock';

/** A Redis clock that runs with this process's own, and can be set. */
class SettableTime {
  private aheadMs = 0;
  private failure: Error | null = null;

  step(ms: number): void {
    this.aheadMs += ms;
  }

  fail(failure: Error | null): void {
    this.failure = failure;
  }

  async readTimeMs(): Promise<number> {
    if (this.failure !== null) throw this.failure;
    return 1_700_000_000_000 + performance.now() + this.aheadMs;
  }
}

describe('the shared clock', () => {
  let time: SettableTime;
  let clock: SharedClock;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  afterAll(() => {
    Logger.overrideLogger(['log', 'error', 'warn']);
  });

  beforeEach(async () => {
    time = new SettableTime();
    clock = new SharedClock(time);
    await clock.sync();
  });

  const errorMs = async (): Promise<number> => Math.abs(clock.now() - (await time.readTimeMs()));

  it('tells Redis time between readings, by the monotonic clock', async () => {
    expect(await errorMs()).toBeLessThan(500);
    expect(clock.isSuspect).toBe(false);
  });

  it('goes on while Redis is away', async () => {
    time.fail(new Error('away'));
    await expect(clock.sync()).rejects.toThrow('away');
    time.fail(null);
    expect(await errorMs()).toBeLessThan(500);
  });

  it('follows a step of 4.9 s ahead without a word', async () => {
    time.step(4_900);
    await clock.sync();
    expect(clock.isSuspect).toBe(false);
    expect(await errorMs()).toBeLessThan(500);
  });

  it('never goes back: after a step of 4.9 s back it stands still until time has caught up', async () => {
    const before = clock.now();
    time.step(-4_900);
    await clock.sync();
    expect(clock.isSuspect).toBe(false);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    expect(clock.now() - before).toBeLessThan(500);
    time.step(4_900);
    await clock.sync();
    expect(await errorMs()).toBeLessThan(500);
  });

  it.each([5_100, -5_100, 3_600_000])(
    'is suspect after a step of %d ms, and keeps its own time',
    async (step) => {
      const before = clock.now();
      time.step(step);
      await clock.sync();
      expect(clock.isSuspect).toBe(true);
      expect(Math.abs(clock.now() - before)).toBeLessThan(1_000);
    },
  );

  it('is trusted again when TIME agrees again', async () => {
    time.step(60_000);
    await clock.sync();
    time.step(-60_000);
    await clock.sync();
    expect(clock.isSuspect).toBe(false);
  });

  it('takes the new time when a fresh block is within 30 s of it, and not otherwise', async () => {
    time.step(60_000);
    await clock.sync();
    clock.observeBlock((await time.readTimeMs()) - 31_000);
    expect(clock.isSuspect).toBe(true);
    clock.observeBlock((await time.readTimeMs()) - 29_000);
    expect(clock.isSuspect).toBe(false);
    expect(await errorMs()).toBeLessThan(500);
  });

  it('takes a step at once that a block seen just before has explained', async () => {
    clock.observeBlock((await time.readTimeMs()) + 3_600_000);
    time.step(3_600_000);
    await clock.sync();
    expect(clock.isSuspect).toBe(false);
    expect(await errorMs()).toBeLessThan(500);
  });

  it('takes the new time when an admin confirms it', async () => {
    time.step(-3_600_000);
    await clock.sync();
    clock.confirm();
    expect(clock.isSuspect).toBe(false);
    expect(await errorMs()).toBeLessThan(500);
  });
});
