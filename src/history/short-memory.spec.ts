import { ShortMemory } from './short-memory';

describe('ShortMemory', () => {
  it('asks once for all who ask at the same moment, and again when the moment is over', async () => {
    let nowMs = 0;
    let asked = 0;
    const memory = new ShortMemory<number>(1_000, 10, () => nowMs);
    const ask = async (): Promise<number> => (asked += 1);
    expect(await Promise.all([memory.recall('a', ask), memory.recall('a', ask)])).toEqual([1, 1]);
    expect(await memory.recall('b', ask)).toBe(2);
    nowMs = 1_000;
    expect(await memory.recall('a', ask)).toBe(3);
  });

  it('does not remember failures', async () => {
    const memory = new ShortMemory<number>(1_000, 10, () => 0);
    await expect(memory.recall('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await memory.recall('a', () => Promise.resolve(1))).toBe(1);
  });

  it('forgets the oldest answer when it knows too many', async () => {
    let asked = 0;
    const memory = new ShortMemory<number>(1_000, 2, () => 0);
    const ask = async (): Promise<number> => (asked += 1);
    for (const key of ['a', 'b', 'c']) await memory.recall(key, ask);
    expect(await memory.recall('c', ask)).toBe(3);
    expect(await memory.recall('a', ask)).toBe(4);
  });
});
