import fc from 'fast-check';
import { isPlausible } from './place';

const known = { slot: 300_000_000, timeMs: 1_800_000_000_000 };
const after = (slots: number, seconds: number) => ({
  slot: known.slot + slots,
  timeMs: known.timeMs + seconds * 1000,
});

describe('isPlausible', () => {
  it.each([
    ['the same place', after(0, 0)],
    ['a clock that was two minutes off', after(0, 120)],
    ['an hour of usual slots', after(9_000, 3_600)],
    ['an hour of slow slots', after(6_000, 3_600)],
    ['an hour ago', after(-9_000, -3_600)],
  ])('believes %s', (_name, place) => {
    expect(isPlausible(place, known)).toBe(true);
  });

  it.each([
    ['a slot far ahead that is said to be now', after(9_000, 0)],
    ['a slot far behind that is said to be now', after(-9_000, 0)],
    ['the first slot', { slot: 0, timeMs: known.timeMs }],
    ['the last number', { slot: Number.MAX_SAFE_INTEGER, timeMs: known.timeMs }],
    ['a later slot with an earlier time', after(1_000, -600)],
    ['hours in a few slots', after(10, 7_200)],
  ])('does not believe %s', (_name, place) => {
    expect(isPlausible(place, known)).toBe(false);
  });

  it('believes each of two places whenever it believes the other', () => {
    const place = fc.record({ slot: fc.nat(10_000_000), timeMs: fc.nat(10_000_000_000) });
    fc.assert(
      fc.property(place, place, (a, b) => a.slot === b.slot || isPlausible(a, b) === isPlausible(b, a)),
    );
  });
});
