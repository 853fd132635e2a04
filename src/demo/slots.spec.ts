import fc from 'fast-check';
import {
  blockHeightOf,
  blockTimeSecOf,
  isSkipped,
  producedAtOrAbove,
  producedAtOrBelow,
  slotAt,
} from './slots';

const slots = fc.integer({ min: 0, max: 1_000_000_000 });

describe('slots', () => {
  it('puts a slot every 400 ms of the clock', () => {
    expect(slotAt(1_795_000_000_400) - slotAt(1_795_000_000_000)).toBe(1);
    expect(slotAt(1_795_000_060_000) - slotAt(1_795_000_000_000)).toBe(150);
  });

  it('times a slot by the whole second it begins in', () => {
    const slot = slotAt(1_795_000_000_000);
    expect(blockTimeSecOf(slot)).toBe(1_795_000_000);
    expect(blockTimeSecOf(slot + 2)).toBe(1_795_000_000);
    expect(blockTimeSecOf(slot + 3)).toBe(1_795_000_001);
  });

  it('skips some slots, but never two in a row and never all of a second', () => {
    const span = Array.from({ length: 2000 }, (_, index) => 500_000_000 + index);
    const skipped = span.filter(isSkipped);
    expect(skipped).toHaveLength(100);
    expect(skipped.filter((slot) => isSkipped(slot + 1))).toEqual([]);
    const seconds = new Set(span.map(blockTimeSecOf));
    expect(new Set(span.filter((slot) => !isSkipped(slot)).map(blockTimeSecOf))).toEqual(seconds);
  });

  it('never lets the block time fall and counts one block per slot that is not skipped', () => {
    fc.assert(
      fc.property(slots, (slot) => {
        const block = producedAtOrBelow(slot);
        const next = producedAtOrAbove(block + 1);
        expect(isSkipped(block) || isSkipped(next)).toBe(false);
        expect(blockTimeSecOf(next)).toBeGreaterThanOrEqual(blockTimeSecOf(block));
        expect(blockHeightOf(next)).toBe(blockHeightOf(block) + 1);
      }),
    );
  });
});
