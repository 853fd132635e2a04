import fc from 'fast-check';
import { BUCKET_MS } from './buckets';
import { segmentsOf, stretchOf } from './stats';

describe('segmentsOf', () => {
  it('covers any stretch of whole minutes without gap or overlap, by whole buckets', () => {
    const minute = fc.integer({ min: 0, max: 60 * 24 * 4 }).map((n) => n * BUCKET_MS.MINUTE);
    fc.assert(
      fc.property(minute, minute, (a, b) => {
        const stretch = { fromMs: Math.min(a, b), toMs: Math.max(a, b) };
        const segments = segmentsOf(stretch);
        let at = stretch.fromMs;
        for (const { size, fromMs, toMs } of segments) {
          expect([fromMs, fromMs % BUCKET_MS[size], toMs % BUCKET_MS[size]]).toEqual([at, 0, 0]);
          expect(toMs).toBeGreaterThan(fromMs);
          at = toMs;
        }
        expect(at).toBe(stretch.toMs);
        expect(segments.length).toBeLessThanOrEqual(5);
      }),
    );
  });

  it('takes days alone for an open stretch', () => {
    expect(segmentsOf(stretchOf(null, null)).map(({ size }) => size)).toEqual(['DAY']);
  });
});

describe('stretchOf', () => {
  it('takes the begin down and the end up to a whole minute', () => {
    expect(stretchOf(61_001, 119_999)).toEqual({ fromMs: 60_000, toMs: 120_000 });
  });
});
