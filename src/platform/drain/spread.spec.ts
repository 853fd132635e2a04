import { spread } from './spread';

describe('spread', () => {
  it('does everything once and in order, the last at the end of the period', async () => {
    const done: { item: number; afterMs: number }[] = [];
    const startedAt = performance.now();
    const items = Array.from({ length: 100 }, (_, index) => index);
    await spread(items, 300, (item) => done.push({ item, afterMs: performance.now() - startedAt }));
    expect(done.map(({ item }) => item)).toEqual(items);
    expect(done[0]?.afterMs).toBeLessThan(done[99]?.afterMs ?? 0);
    expect(done[50]?.afterMs).toBeGreaterThanOrEqual(140);
    expect(done[99]?.afterMs).toBeGreaterThanOrEqual(290);
  });

  it('takes no longer than needed where there are few, or nothing', async () => {
    const done: string[] = [];
    const startedAt = performance.now();
    await spread(['a', 'b'], 3_600_000, (item) => done.push(item));
    await spread([], 3_600_000, () => done.push('never'));
    await spread(['c'], 0, (item) => done.push(item));
    expect(done).toEqual(['a', 'b', 'c']);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
