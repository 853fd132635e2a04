import { sampleTape, signatureNamed } from '../../test/support/sample-tape';
import { base58ByteLength } from './base58';
import { gapMs, indexDelaySlots, isCounting, playlistOf, signatureIn } from './playlist';

describe('a pass', () => {
  it.each([
    [5, 7],
    [7, 5],
    [3, 0],
  ])('plays %i counting and %i other entries once each and ends with a counting one', (counting, others) => {
    const { entries } = sampleTape(counting, others);
    const items = playlistOf(entries);
    expect(items.map(({ entry }) => entry.name).toSorted()).toEqual(
      entries.map((entry) => entry.name).toSorted(),
    );
    expect(items.map(({ entry }) => isCounting(entry)).at(-1)).toBe(true);
  });

  it('spreads the others so that no gap has two more than another', () => {
    const items = playlistOf(sampleTape(5, 7).entries);
    expect(new Set(items.map((item) => item.steps))).toEqual(new Set([2, 3]));
  });

  it('brings a counting entry 5 to 8 s after the one before, always in the same rhythm for the same seed', () => {
    const items = playlistOf(sampleTape(40, 25).entries);
    const rhythm = (seed: string): number[] => {
      const times: number[] = [];
      let ms = 0;
      for (const item of items) {
        ms += gapMs(seed, 2, item);
        if (isCounting(item.entry)) times.push(ms);
      }
      return times.map((time, index) => time - (times[index - 1] ?? 0));
    };
    const gaps = rhythm('seed');
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(8000);
    expect(new Set(gaps.map(Math.round)).size).toBeGreaterThan(30);
    expect(rhythm('seed')).toEqual(gaps);
    expect(rhythm('other seed')).not.toEqual(gaps);
  });

  it('indexes few rows late, and those by 3 to 12 slots', () => {
    const delays = Array.from({ length: 800 }, (_, position) => indexDelaySlots('seed', 1, position));
    const late = delays.filter((delay) => delay > 0);
    expect(late.length).toBeGreaterThan(50);
    expect(late.length).toBeLessThan(150);
    expect(Math.min(...late)).toBe(3);
    expect(Math.max(...late)).toBe(12);
  });
});

describe('signatureIn', () => {
  const original = signatureNamed('trade');

  it('keeps the real signature in the first pass', () => {
    expect(signatureIn(1, original)).toBe(original);
  });

  it('makes in each later pass another valid one, always the same', () => {
    const made = [2, 3, 4].map((pass) => signatureIn(pass, original));
    expect(new Set([original, ...made]).size).toBe(4);
    expect(made.map(base58ByteLength)).toEqual([64, 64, 64]);
    expect([2, 3, 4].map((pass) => signatureIn(pass, original))).toEqual(made);
  });
});
