import { assert, array, asyncProperty, boolean, integer, record } from 'fast-check';
import { MemoryTimerSource, tradeWith, viewWith } from '../../../test/support/memory-timer-source';
import { compareRevisions } from '../domain/timer.events';
import type { RoundEnd } from '../domain/timer';
import type { TimerView } from '../domain/timer.events';
import type { FoldedTrade } from '../domain/trade';
import { Feeds } from './feed';
import type { Sight } from './feed';
import { openEnds, openStates, openTicks, openTrades } from './fan-out';
import type { LiveStream } from './live-stream';

const quick = { perSecond: Infinity, kept: 0, quietMs: 15, heartbeatMs: 60_000 };
const steady = { perSecond: 10, kept: 0, quietMs: 15, heartbeatMs: 15_000 };
const viewOnly = { map: ({ view }: Sight): TimerView => view };
const plain = { map: <Raw>(raw: Raw): Raw => raw };

async function statesOf(source: MemoryTimerSource, pace = quick): Promise<LiveStream<Sight, TimerView>> {
  return await openStates<TimerView>(new Feeds(source), 'global', viewOnly, pace);
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

async function nextOf<Item, Part>(
  items: AsyncIterableIterator<Item>,
  pick: (item: Item) => Part,
): Promise<Part> {
  const result = await items.next();
  if (result.done === true) throw new Error('the iterator has ended');
  return pick(result.value);
}

describe('openStates', () => {
  afterEach(() => jest.useRealTimers());

  it('sends the present state at once', async () => {
    const states = await statesOf(new MemoryTimerSource(viewWith({ revision: 7 })));
    expect((await states.next()).value).toMatchObject({ revision: 7 });
    await states.return();
  });

  it('refuses an unknown timer and leaves nothing open', async () => {
    const source = new MemoryTimerSource(null);
    await expect(statesOf(source)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect([source.listeners, source.turnListeners]).toEqual([0, 0]);
  });

  it('leaves nothing open where the first snapshot fails', async () => {
    const source = new MemoryTimerSource(viewWith());
    source.failure = new Error('away');
    await expect(statesOf(source)).rejects.toThrow('away');
    expect([source.listeners, source.turnListeners]).toEqual([0, 0]);
  });

  it('keeps a change that was published between listening and the snapshot', async () => {
    const source = new MemoryTimerSource(viewWith({ revision: 1 }));
    source.beforeSnapshot = () => source.send(viewWith({ revision: 2 }));
    const states = await statesOf(source);
    await settle();
    expect((await states.next()).value).toMatchObject({ revision: 2 });
    await states.return();
  });

  it('sends at most one state per gap, and the last one always', async () => {
    jest.useFakeTimers();
    const source = new MemoryTimerSource(viewWith({ revision: 1 }));
    const states = await statesOf(source, steady);
    expect((await states.next()).value).toMatchObject({ revision: 1 });
    for (let revision = 2; revision <= 50; revision += 1) source.publish(viewWith({ revision }));
    await settle();
    const second = states.next();
    await jest.advanceTimersByTimeAsync(99);
    source.publish(viewWith({ revision: 51 }));
    // timers have whole milliseconds
    await jest.advanceTimersByTimeAsync(2);
    expect((await second).value).toMatchObject({ revision: 51 });
    await states.return();
  });

  it('gives a slow reader the newest state, not the backlog', async () => {
    const source = new MemoryTimerSource(viewWith({ revision: 1 }));
    const states = await statesOf(source);
    for (let revision = 2; revision <= 9; revision += 1) {
      source.publish(viewWith({ revision }));
      await settle();
    }
    expect((await states.next()).value).toMatchObject({ revision: 9 });
    await states.return();
  });

  it('repeats the state as a heartbeat when nothing changes', async () => {
    jest.useFakeTimers();
    const states = await statesOf(new MemoryTimerSource(viewWith({ revision: 3 })), steady);
    await states.next();
    const beat = states.next();
    await jest.advanceTimersByTimeAsync(15_000);
    expect((await beat).value).toMatchObject({ revision: 3 });
    await states.return();
  });

  it('takes a fresh state, also of a new epoch, when a lost connection is back', async () => {
    jest.useFakeTimers();
    const source = new MemoryTimerSource(viewWith({ revision: 3 }));
    const states = await statesOf(source, steady);
    await states.next();
    source.view = viewWith({ epoch: 2, revision: 4 });
    const next = states.next();
    source.reconnect();
    await jest.advanceTimersByTimeAsync(101);
    expect((await next).value).toMatchObject({ epoch: 2, revision: 4 });
    await states.return();
  });

  it('tells at once that the state is stale, and that it is so no longer, with the state of then', async () => {
    const source = new MemoryTimerSource(viewWith({ revision: 3 }));
    const told: [number, boolean][] = [];
    const map = ({ view, isStale }: Sight): number => told.push([view.revision, isStale]);
    const states = await openStates<number>(new Feeds(source), 'global', { map }, quick);
    states.push({ item: () => undefined, end: () => undefined });
    await settle();
    source.turn(false);
    expect(told).toEqual([
      [3, false],
      [3, true],
    ]);
    source.view = viewWith({ revision: 5 });
    source.turn(true);
    await settle();
    expect(told.slice(2)).toEqual([[5, false]]);
    await states.return();
  });

  it('does not take a state for fresh before it was read again', async () => {
    jest.useFakeTimers();
    const source = new MemoryTimerSource(viewWith({ revision: 3 }));
    const told: boolean[] = [];
    const map = ({ isStale }: Sight): number => told.push(isStale);
    const states = await openStates<number>(new Feeds(source), 'global', { map }, quick);
    states.push({ item: () => undefined, end: () => undefined });
    await settle();
    source.turn(false);
    source.failure = new Error('not yet');
    source.turn(true);
    await settle();
    expect(told).toEqual([false, true]);
    source.failure = null;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(told).toEqual([false, true, false]);
    await states.return();
  });

  it('says nothing of a connection that is back before anybody was told that it is away', async () => {
    jest.useFakeTimers();
    const source = new MemoryTimerSource(viewWith({ revision: 3 }));
    const told: boolean[] = [];
    const map = ({ isStale }: Sight): number => told.push(isStale);
    const states = await openStates<number>(new Feeds(source), 'global', { map }, steady);
    states.push({ item: () => undefined, end: () => undefined });
    await settle();
    source.reconnect();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(told).toEqual([false]);
    await states.return();
  });

  it('ends a pending read at once and stops listening when the reader leaves', async () => {
    const source = new MemoryTimerSource(viewWith());
    const states = await statesOf(source);
    await states.next();
    const pending = states.next();
    await states.return();
    expect(await pending).toEqual({ value: undefined, done: true });
    expect([source.listeners, source.turnListeners]).toEqual([0, 0]);
  });

  it('ends when the timer is deleted', async () => {
    const source = new MemoryTimerSource(viewWith());
    const states = await statesOf(source);
    await states.next();
    source.publish(viewWith({ revision: 2 }), { isDeleted: true });
    await settle();
    expect((await states.next()).value).toMatchObject({ revision: 2 });
    expect((await states.next()).done).toBe(true);
  });

  it('never delivers an older (epoch, revision), whatever comes in whatever order', async () => {
    const step = record({
      epoch: integer({ min: 1, max: 3 }),
      revision: integer({ min: 1, max: 20 }),
      reads: boolean(),
      reconnects: boolean(),
    });
    await assert(
      asyncProperty(array(step, { maxLength: 40 }), async (steps) => {
        const source = new MemoryTimerSource(viewWith({ epoch: 2, revision: 5 }));
        const states = await openStates<Sight>(new Feeds(source), 'global', plain, quick);
        const delivered: Sight[] = [];
        const reader = (async () => {
          for await (const view of states) delivered.push(view);
        })();
        for (const { epoch, revision, reads, reconnects } of steps) {
          source.send(viewWith({ epoch, revision }));
          if (reconnects) {
            source.view = viewWith({ epoch, revision });
            source.reconnect();
          }
          if (reads) await settle();
        }
        await settle();
        await states.return();
        await reader;
        for (const [at, view] of delivered.entries()) {
          const before = delivered[at - 1];
          if (before === undefined) continue;
          const order = compareRevisions(view.view, before.view);
          // a reader that has left out that the state was stale meanwhile is told it again
          if (steps.some(({ reconnects }) => reconnects)) expect(order).toBeGreaterThanOrEqual(0);
          else expect(order).toBeGreaterThan(0);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('openTicks', () => {
  it('sends the newest state each interval', async () => {
    jest.useFakeTimers();
    const source = new MemoryTimerSource(viewWith({ revision: 1 }));
    const ticks = await openTicks<TimerView>(new Feeds(source), 'global', viewOnly, 1_000);
    expect((await ticks.next()).value).toMatchObject({ revision: 1 });
    source.publish(viewWith({ revision: 2 }));
    const next = ticks.next();
    await jest.advanceTimersByTimeAsync(1_000);
    expect((await next).value).toMatchObject({ revision: 2 });
    await ticks.return();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
});

describe('openTrades', () => {
  it('sends each trade once, in order, without conflating', async () => {
    const source = new MemoryTimerSource(viewWith());
    const trades = await openTrades<FoldedTrade>(new Feeds(source), 'global', plain);
    source.publish(viewWith({ revision: 2 }), { trades: [tradeWith(1), tradeWith(2)] });
    source.publish(viewWith({ revision: 3 }), { trades: [tradeWith(2), tradeWith(3)] });
    const signatures: string[] = [];
    for (let count = 0; count < 3; count += 1)
      signatures.push(await nextOf(trades, ({ signature }) => signature));
    expect(signatures).toEqual(['signature1', 'signature2', 'signature3']);
    await trades.return();
  });

  it('fails a reader with more than 1,000 unread trades, after those', async () => {
    const source = new MemoryTimerSource(viewWith());
    const trades = await openTrades<FoldedTrade>(new Feeds(source), 'global', plain);
    const many = Array.from({ length: 1_001 }, (_, number) => tradeWith(number));
    source.publish(viewWith({ revision: 2 }), { trades: many });
    await settle();
    for (let count = 0; count < 1_000; count += 1) await trades.next();
    await expect(trades.next()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(source.listeners).toBe(0);
  });
});

describe('openEnds', () => {
  it('tells the end of a round once', async () => {
    const source = new MemoryTimerSource(viewWith());
    const ends = await openEnds<RoundEnd>(new Feeds(source), 'global', plain);
    const end = {
      timerId: 'global',
      startedAtMs: 1,
      endedAtMs: 2,
      isVoid: false,
      isComplete: true,
      winner: null,
      lastTrade: null,
      counts: { trades: 0, resets: 0, volume: '0' },
    };
    source.publish(viewWith({ revision: 2 }), { ended: [{ ...end, round: 1 }] });
    source.publish(viewWith({ revision: 3 }), {
      ended: [
        { ...end, round: 1 },
        { ...end, round: 2 },
      ],
    });
    expect(await nextOf(ends, ({ round }) => round)).toBe(1);
    expect(await nextOf(ends, ({ round }) => round)).toBe(2);
    await ends.return();
  });
});
