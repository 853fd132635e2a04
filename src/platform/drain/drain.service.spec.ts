import { Logger } from '@nestjs/common';
import { Drain } from './drain.service';

describe('Drain', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  afterAll(() => {
    Logger.overrideLogger(['log', 'warn', 'error']);
  });

  it('gives the notice first, then runs every step with the period', async () => {
    const drain = new Drain({ drainNoticeMs: 60, drainPeriodMs: 5_000 });
    const startedAt = performance.now();
    const told: { name: string; periodMs: number; afterMs: number }[] = [];
    const tell =
      (name: string) =>
      (periodMs: number): Promise<void> => {
        told.push({ name, periodMs, afterMs: performance.now() - startedAt });
        return Promise.resolve();
      };
    drain.add('one', tell('one'));
    drain.add('two', tell('two'));
    expect(drain.isDraining).toBe(false);
    const run = drain.run();
    expect(drain.isDraining).toBe(true);
    await run;
    expect(told.map(({ name, periodMs }) => `${name} ${periodMs}`)).toEqual(['one 5000', 'two 5000']);
    expect(Math.min(...told.map(({ afterMs }) => afterMs))).toBeGreaterThanOrEqual(55);
  });

  it('waits no longer than the period, and for no step that fails', async () => {
    const drain = new Drain({ drainNoticeMs: 0, drainPeriodMs: 50 });
    drain.add('stuck', () => new Promise(() => undefined));
    drain.add('broken', () => Promise.reject(new Error('broken')));
    await expect(drain.run()).resolves.toBeUndefined();
  });

  it('runs once, however often it is asked', async () => {
    const drain = new Drain({ drainNoticeMs: 0, drainPeriodMs: 50 });
    let runs = 0;
    drain.add('count', () => {
      runs += 1;
      return Promise.resolve();
    });
    await Promise.all([drain.run(), drain.run()]);
    await drain.run();
    expect(runs).toBe(1);
  });
});
