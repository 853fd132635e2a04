import { MemoryTimerSource, viewWith } from '../../../test/support/memory-timer-source';
import { Feeds } from './feed';
import type { FeedListener } from './feed';

const quiet: FeedListener = { deleted: () => undefined };

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('Feeds', () => {
  it('follow a timer once, however many open it, and until the last has left', async () => {
    const source = new MemoryTimerSource(viewWith({ revision: 3 }));
    const feeds = new Feeds(source);
    const opened = await Promise.all(Array.from({ length: 100 }, () => feeds.open('global', { ...quiet })));
    await settle();
    // before listening, after it, and once Redis has confirmed it
    expect([source.listeners, source.reads]).toEqual([1, 3]);
    expect(new Set(opened.map((each) => each?.feed)).size).toBe(1);
    for (const each of opened.slice(1)) each?.leave();
    expect(source.listeners).toBe(1);
    opened[0]?.leave();
    expect([source.listeners, source.turnListeners]).toEqual([0, 0]);
  });

  it('begin anew for who comes after the last has left', async () => {
    const source = new MemoryTimerSource(viewWith({ revision: 3 }));
    const feeds = new Feeds(source);
    (await feeds.open('global', quiet))?.leave();
    source.view = viewWith({ revision: 4 });
    expect((await feeds.open('global', quiet))?.feed.sight?.view).toMatchObject({ revision: 4 });
  });

  it('read the timer again where a change is missing', async () => {
    const source = new MemoryTimerSource(viewWith({ revision: 3 }));
    const newer: number[] = [];
    await new Feeds(source).open('global', { ...quiet, changed: ({ view }) => newer.push(view.revision) });
    await settle();
    const before = source.reads;
    source.publish(viewWith({ revision: 4 }));
    await settle();
    expect(source.reads).toBe(before);
    source.view = viewWith({ revision: 8 });
    source.send(viewWith({ revision: 7 }));
    await settle();
    expect([source.reads, newer]).toEqual([before + 1, [3, 4, 7, 8]]);
  });

  it('share one read among looks of the same 50 ms', async () => {
    jest.useFakeTimers();
    const source = new MemoryTimerSource(viewWith());
    const opened = await new Feeds(source).open('global', quiet);
    await settle();
    const before = source.reads;
    for (let count = 0; count < 100; count += 1) void opened?.feed.look();
    expect(source.reads).toBe(before + 1);
    jest.advanceTimersByTime(51);
    void opened?.feed.look();
    expect(source.reads).toBe(before + 2);
    jest.useRealTimers();
  });

  it('tell everybody that the timer is deleted, and listen no longer', async () => {
    const source = new MemoryTimerSource(viewWith());
    const feeds = new Feeds(source);
    let told = 0;
    const listener: FeedListener = { deleted: () => (told += 1) };
    await feeds.open('global', listener);
    await feeds.open('global', { ...listener });
    source.publish(viewWith({ revision: 2 }), { isDeleted: true });
    expect([told, source.listeners]).toEqual([2, 0]);
  });

  it('are null for an unknown timer, for which nobody listens', async () => {
    const source = new MemoryTimerSource(null);
    const feeds = new Feeds(source);
    expect(await Promise.all([feeds.open('nowhere', quiet), feeds.open('nowhere', quiet)])).toEqual([
      null,
      null,
    ]);
    expect([source.listeners, source.reads]).toEqual([0, 1]);
  });
});
