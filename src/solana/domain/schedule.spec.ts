import fc from 'fast-check';
import { DEFAULT_BOUNDS, POLLING_MODES } from '../../settings/domain/settings';
import { nextLookAtMs, SIGHT_MS } from './schedule';
import type { ScheduleView } from './schedule';

const NOW = 1_800_000_000_000;
const view: ScheduleView = {
  nowMs: NOW,
  status: 'RUNNING',
  deadlineMs: NOW + 600_000,
  lastLookMs: NOW,
  mode: 'BALANCED',
  bounds: DEFAULT_BOUNDS.BALANCED,
  fixedMs: null,
  tradesPerHour: 0,
  viewers: 0,
  budget: 'free',
  isPushed: false,
  isHeard: false,
  failures: 0,
  failedAtMs: NOW,
  pendingAtMs: null,
  random: 0.5,
};
const expired = { status: 'EXPIRED', deadlineMs: null } as const;
const economy = { mode: 'ECONOMY', bounds: DEFAULT_BOUNDS.ECONOMY } as const;
const afterMs = (part: Partial<ScheduleView>): number => nextLookAtMs({ ...view, ...part }) - NOW;

describe('nextLookAtMs', () => {
  it.each<[string, Partial<ScheduleView>, number]>([
    ['nobody watches: the longest interval', {}, 120_000],
    ['somebody watches a quiet timer with much time left', { viewers: 1 }, 120_000],
    ['somebody watches and a trade comes each 40 s', { viewers: 1, tradesPerHour: 90 }, 40_000],
    ['somebody watches a busy timer: the shortest interval', { viewers: 1, tradesPerHour: 900 }, 30_000],
    ['somebody watches the last minutes', { viewers: 1, deadlineMs: NOW + 180_000 }, 45_000],
    ['nothing was read yet', { lastLookMs: null }, 0],
    ['the timer is paused', { status: 'PAUSED', deadlineMs: null, viewers: 1 }, 120_000],
    ['an interval is fixed', { fixedMs: 5_000 }, 5_000],
    ['an interval is fixed, but credits are short', { fixedMs: 5_000, budget: 'low' }, 120_000],
    ['no round is open in ECONOMY', { ...expired, ...economy, viewers: 9 }, 300_000],
    ['a round is open in ECONOMY: the deadline alone', { ...economy, viewers: 9 }, 600_000 + SIGHT_MS],
    ['pushes come', { isPushed: true, deadlineMs: NOW + 3_600_000 }, 600_000],
    ['pushes come and no round is open', { ...expired, isPushed: true }, 600_000],
    ['something is heard', { isHeard: true }, 30_000],
    ['something is heard in ECONOMY', { ...economy, isHeard: true }, 60_000],
    ['something is heard behind pushes that are trusted', { isHeard: true, isPushed: true }, 30_000],
    ['something is heard and a long interval is fixed', { isHeard: true, fixedMs: 90_000 }, 30_000],
    ['something is heard and a short interval is fixed', { isHeard: true, fixedMs: 5_000 }, 5_000],
    [
      'something is heard and credits are short',
      { ...economy, isHeard: true, budget: 'low', fixedMs: 5_000 },
      60_000,
    ],
    [
      'something is heard and credits are spent: the deadline alone',
      { isHeard: true, budget: 'spent' },
      600_000 + SIGHT_MS,
    ],
    [
      'something is heard although the last look is long ago',
      { isHeard: true, lastLookMs: NOW - 90_000 },
      -60_000,
    ],
    ['credits are spent', { budget: 'spent', viewers: 9 }, 600_000 + SIGHT_MS],
    [
      'credits are spent and no round is open: seldom, never not at all',
      { ...expired, budget: 'spent' },
      1_800_000,
    ],
    ['a row waits to be tried again', { pendingAtMs: NOW + 300 }, 300],
    [
      'a row waits and credits are spent: the deadline alone',
      { pendingAtMs: NOW + 300, budget: 'spent' },
      600_000 + SIGHT_MS,
    ],
  ])('when %s', (_, part, ms) => {
    expect(afterMs(part)).toBe(ms);
  });

  it('tries an open row again behind the deadline, whatever it costs', () => {
    const settling = { status: 'SETTLING', deadlineMs: NOW - 10_000, lastLookMs: NOW - 5_000 } as const;
    expect(afterMs({ ...settling, budget: 'spent', pendingAtMs: NOW + 300 })).toBe(300);
  });

  it('looks at the deadline once, just after it, and spares the look that would come right before', () => {
    expect(afterMs({ deadlineMs: NOW + 50_000 })).toBe(50_000 + SIGHT_MS);
    expect(afterMs({ deadlineMs: NOW + 121_000 })).toBe(121_000 + SIGHT_MS);
    const settling = { status: 'SETTLING', deadlineMs: NOW - 10_000 } as const;
    expect(afterMs({ ...settling, lastLookMs: NOW - 30_000 })).toBe(-10_000 + SIGHT_MS);
    expect(afterMs({ ...settling, lastLookMs: NOW - 5_000 })).toBe(115_000);
  });

  it('comes later after failures, with jitter, and never sooner than planned', () => {
    expect(afterMs({ failures: 1, lastLookMs: NOW - 120_000, random: 0 })).toBe(1_000);
    expect(afterMs({ failures: 3, lastLookMs: NOW - 120_000, random: 0.5 })).toBe(5_000);
    expect(afterMs({ failures: 99, lastLookMs: NOW - 120_000, random: 0.999 })).toBeLessThanOrEqual(16_000);
    expect(afterMs({ failures: 1, pendingAtMs: NOW })).toBe(120_000);
    expect(afterMs({ failures: 3, lastLookMs: NOW - 120_000, isHeard: true, random: 0.5 })).toBe(5_000);
  });

  it('never passes over a deadline, whatever the mode, the rate, the viewers, the pushes and the budget', () => {
    fc.assert(
      fc.property(
        fc.record({
          mode: fc.constantFrom(...POLLING_MODES),
          tradesPerHour: fc.float({ min: 0, max: 10_000, noNaN: true }),
          viewers: fc.nat(3),
          budget: fc.constantFrom('free' as const, 'soft' as const, 'low' as const, 'spent' as const),
          isPushed: fc.boolean(),
          isHeard: fc.boolean(),
          fixedMs: fc.constantFrom(null, 1_000, 30_000),
          leftMs: fc.integer({ min: -60_000, max: 3_600_000 }),
          agoMs: fc.integer({ min: 0, max: 600_000 }),
        }),
        ({ mode, leftMs, agoMs, ...part }) => {
          const deadlineMs = NOW + leftMs;
          const lastLookMs = NOW - agoMs;
          const status = leftMs < 0 ? 'SETTLING' : 'RUNNING';
          const bounds = DEFAULT_BOUNDS[mode];
          const lookMs = nextLookAtMs({ ...view, ...part, mode, bounds, status, deadlineMs, lastLookMs });
          if (lastLookMs < deadlineMs + SIGHT_MS) expect(lookMs).toBeLessThanOrEqual(deadlineMs + SIGHT_MS);
          if (mode !== 'ECONOMY' && part.budget !== 'spent' && !part.isPushed)
            expect(lookMs).toBeLessThanOrEqual(
              lastLookMs + Math.max(bounds.maxMs, part.fixedMs ?? 0) + 5_000,
            );
        },
      ),
    );
  });
});
