import type { SignatureRow } from '../chain-reader';
import { advance, isProven, newestFirst, OVERLAP_SLOTS } from './proof';

const anchor = { address: 'mint', slot: 1_000, signature: 'anchor' };
const row = (signature: string, slot: number, hasFailed = false): SignatureRow => ({
  signature,
  slot,
  hasFailed,
  blockTimeSec: 0,
});
const listed = (rows: readonly SignatureRow[], isWhole = true, minContextSlot = 1_000) => ({
  rows,
  isWhole,
  minContextSlot,
});

describe('isProven', () => {
  it('accepts a whole list that holds the row of the cursor', () => {
    expect(isProven(listed([row('new', 1_010), row('anchor', 1_000)]), anchor)).toBe(true);
  });

  it('accepts a list without that row once it reaches 150 slots below it', () => {
    expect(isProven(listed([row('old', 1_000 - OVERLAP_SLOTS)], false), anchor)).toBe(true);
    expect(isProven(listed([row('old', 1_001 - OVERLAP_SLOTS)]), anchor)).toBe(false);
  });

  it('takes a short page for no proof', () => {
    expect(isProven(listed([row('new', 1_010)]), anchor)).toBe(false);
    expect(isProven(listed([]), anchor)).toBe(false);
  });

  it('accepts any whole list for an address without rows, of a node that has reached the slot', () => {
    const empty = { ...anchor, signature: null };
    expect(isProven(listed([]), empty)).toBe(true);
    expect(isProven(listed([row('new', 1_010)]), empty)).toBe(true);
    expect(isProven(listed([], true, 999), empty)).toBe(false);
    expect(isProven(listed([row('new', 1_010)], false), empty)).toBe(false);
  });
});

describe('advance', () => {
  const rows = newestFirst([row('a', 1_020), row('b', 1_010), row('anchor', 1_000), row('late', 990)]);
  const openOf =
    (...open: string[]) =>
    ({ signature }: SignatureRow): boolean =>
      open.includes(signature);

  it.each([
    [[], 'a'],
    [['a'], 'b'],
    [['a', 'b'], 'anchor'],
    [['b'], 'anchor'],
    [['late'], 'anchor'],
    [['a', 'late'], 'anchor'],
  ])('with %p open names %s', (open, signature) => {
    expect(advance(anchor, rows, openOf(...open)).signature).toBe(signature);
  });

  it('never goes back, even where the row of the cursor is gone', () => {
    const rest = rows.filter(({ signature }) => signature === 'late');
    expect(advance(anchor, rest, openOf())).toBe(anchor);
  });

  it('ignores open rows deeper than the overlap', () => {
    const deep = [...rows, row('deep', 1_000 - OVERLAP_SLOTS)];
    expect(advance(anchor, deep, openOf('deep')).signature).toBe('a');
  });
});
