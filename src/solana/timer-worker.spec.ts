import { MINT, ReadingBench } from '../../test/support/reading-bench';
import { readingPolicy } from '../../test/support/reading-policy';
import type { TimerState } from '../timer/domain/timer';
import { TimerMemories } from './sources/timer-memory';
import { TimerWorker } from './timer-worker';

const MINUTE_SLOTS = 150;
const POOL = '7XawhbbxtsRcQA8KTkHT9f9nc6d69UwqCDh6U5EEbEmX';

function workerOf(
  bench: ReadingBench,
  { policy = readingPolicy({ viewers: 1 }), timeoutMs = 60_000 } = {},
): TimerWorker {
  const { door, polling, settler, observer, stop } = bench;
  const parts = {
    timers: door,
    polling,
    settler,
    observer,
    memories: new TimerMemories(),
    rules: { commitment: 'finalized', marginMs: 2_000, timeoutMs } as const,
    policy,
    clock: { monotonicMs: () => bench.nowMs, random: () => 0.5 },
  };
  return new TimerWorker(parts, 'global', 1, stop.signal);
}

function withDeadlineIn({ door, nowMs }: ReadingBench, ms: number): TimerState {
  return { ...door.state, current: { ...door.state.current, deadlineMs: nowMs + ms } };
}

describe('TimerWorker', () => {
  it('looks at once, at most as often as the mode allows, and in any case at the deadline', async () => {
    const bench = new ReadingBench();
    const worker = workerOf(bench);
    expect(await worker.step()).toBe(30_000);
    const calls = bench.chain.calls;
    bench.chain.tip += 50;
    expect(await worker.step()).toBe(10_000);
    expect(bench.chain.calls).toBe(calls);
    const row = bench.chain.add(MINT);
    bench.chain.tip += 25;
    expect(await worker.step()).toBe(31_500);
    expect(bench.door.applied.get(row.signature)).toBe(1);
  });

  it('looks when it is woken, however often no sooner than the mode allows', async () => {
    const bench = new ReadingBench();
    bench.door.state = withDeadlineIn(bench, 3_600_000);
    const worker = workerOf(bench);
    await worker.step();
    const { calls } = bench.chain;
    for (let slots = 0; slots < 25; slots += 5) {
      bench.chain.add(MINT);
      bench.chain.tip += 5;
      worker.wake();
      await worker.step();
    }
    expect(bench.chain.calls).toBe(calls);
    bench.chain.tip += 50;
    await worker.step();
    expect(bench.door.applied.size).toBe(5);
    const after = bench.chain.calls;
    expect(await worker.step()).toBeGreaterThan(30_000);
    expect(bench.chain.calls).toBe(after);
  });

  it('keeps that it was woken while looks fail, and waits with them', async () => {
    const bench = new ReadingBench();
    bench.door.state = withDeadlineIn(bench, 3_600_000);
    const worker = workerOf(bench);
    await worker.step();
    const row = bench.chain.add(MINT);
    bench.chain.tip += 100;
    for (const endpoint of bench.chain.endpoints) endpoint.isFailing = true;
    worker.wake();
    await worker.step();
    const { calls } = bench.chain;
    await worker.step();
    expect(bench.chain.calls).toBe(calls);
    for (const endpoint of bench.chain.endpoints) endpoint.isFailing = false;
    bench.chain.tip += 5;
    await worker.step();
    expect([...bench.door.applied.keys()]).toEqual([row.signature]);
  });

  it('looks at the deadline alone where the credits are spent, however often it is woken', async () => {
    const bench = new ReadingBench();
    const worker = workerOf(bench, { policy: readingPolicy({ budget: 'spent', viewers: 9 }) });
    await worker.step();
    const { calls } = bench.chain;
    bench.chain.tip += 5;
    const row = bench.chain.add(MINT);
    for (let second = 2; second < 60; second += 2) {
      bench.chain.tip += 5;
      worker.wake();
      await worker.step();
    }
    expect(bench.chain.calls).toBe(calls);
    bench.chain.tip += 5;
    await worker.step();
    expect(bench.door.applied.get(row.signature)).toBe(1);
  });

  it('reads an address that has joined at once', async () => {
    const bench = new ReadingBench();
    const worker = workerOf(bench);
    await worker.step();
    bench.door.state = { ...bench.door.state, pools: [POOL] };
    bench.chain.tip += 5;
    await worker.step();
    expect(bench.door.cursors.map(({ address }) => address)).toEqual([MINT, POOL]);
  });

  it('waits with settling until the finalized chain can be past the deadline', async () => {
    const bench = new ReadingBench();
    const worker = workerOf(bench);
    await worker.step();
    bench.chain.tip += MINUTE_SLOTS + 5;
    expect(await worker.step()).toBe(13_000);
    bench.chain.tip += 20;
    expect(await worker.step()).toBe(5_000);
    expect(bench.door.settled).toEqual([]);
    bench.chain.tip += 20;
    await worker.step();
    expect(bench.door.settled).toHaveLength(1);
  });

  it('settles nothing, and backs off, while a row is pending', async () => {
    const bench = new ReadingBench();
    const worker = workerOf(bench);
    await worker.step();
    bench.chain.tip += MINUTE_SLOTS;
    const row = bench.chain.add(MINT, false, bench.chain.tip - 10);
    bench.chain.unavailable.add(row.signature);
    bench.chain.tip += 60;
    await worker.step();
    expect(bench.door.settled).toEqual([]);
    expect(bench.observer.observation()).toMatchObject({ failures: 1, failure: 'SOLANA_READ_FAILED' });
  });

  it('says that a settling takes long, until it is settled or saved', async () => {
    const bench = new ReadingBench();
    const worker = workerOf(bench, { timeoutMs: 5_000 });
    await worker.step();
    bench.chain.tip += MINUTE_SLOTS + 20;
    for (const endpoint of bench.chain.endpoints) endpoint.isFailing = true;
    await worker.step();
    expect(worker.isOverdue).toBe(true);
    for (const endpoint of bench.chain.endpoints) endpoint.isFailing = false;
    const current = { ...bench.door.state.current, deadlineMs: bench.nowMs + 60_000 };
    bench.door.state = { ...bench.door.state, current };
    await worker.step();
    expect(worker.isOverdue).toBe(false);
  });

  it('leaves a timer without chain reading alone, and all timers while reading is switched off', async () => {
    const bench = new ReadingBench();
    await workerOf(bench, { policy: readingPolicy({ isReadingEnabled: false }) }).step();
    bench.door.state = { ...bench.door.state, chainReading: false };
    await workerOf(bench).step();
    expect(bench.chain.calls).toBe(0);
  });

  it('leaves only the look at the deadline where the credits are spent', async () => {
    const bench = new ReadingBench();
    const worker = workerOf(bench, { policy: readingPolicy({ budget: 'spent', viewers: 9 }) });
    expect(await worker.step()).toBe(61_500);
  });

  it.each(['stale_leader', 'unknown_timer'] as const)('ends when a write is refused as %s', async (tag) => {
    const bench = new ReadingBench();
    bench.door.refusal = tag;
    expect(await workerOf(bench).run()).toBe(tag);
  });

  it('ends when it is told to', async () => {
    const bench = new ReadingBench();
    const running = workerOf(bench).run();
    bench.stop.abort();
    expect(await running).toBe('aborted');
  });
});
