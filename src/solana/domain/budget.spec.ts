import { budgetStateOf, budgetWithin, completenessWithin, modeWithin } from './budget';
import { creditsOf, planNamed, plansAt, pricesAt } from './credits';
import { estimateCredits } from './estimate';
import { forecastOf, monthOf } from './forecast';
import { DEFAULT_BOUNDS, POLLING_MODES } from '../../settings/domain/settings';

const budget = { creditsPerMonth: 1_000, softRatio: 0.8, hardRatio: 1 };
const NOON = Date.UTC(2026, 10, 24, 12);

describe('the credit budget', () => {
  it.each([
    [0, 900, 'free'],
    [0, 1_001, 'soft'],
    [799, 799, 'free'],
    [800, 900, 'soft'],
    [900, 950, 'low'],
    [1_000, 1_000, 'spent'],
  ] as const)('with %d of 1,000 used and %d to be expected is %s', (usedThisMonth, forecast, state) => {
    expect(budgetStateOf({ budget, usedThisMonth, forecast, isExhausted: false })).toBe(state);
  });

  it('is free without a budget, and spent where the endpoints say so', () => {
    const none = { ...budget, creditsPerMonth: null };
    const view = { budget: none, usedThisMonth: 1e9, forecast: 1e9 };
    expect(budgetStateOf({ ...view, isExhausted: false })).toBe('free');
    expect(budgetStateOf({ ...view, isExhausted: true })).toBe('spent');
  });

  it('is what the plan includes where none is set', () => {
    const none = { ...budget, creditsPerMonth: null };
    expect(budgetWithin(none, planNamed('free', NOON))).toEqual({ ...none, creditsPerMonth: 1_000_000 });
    expect(budgetWithin(budget, planNamed('free', NOON))).toEqual(budget);
    expect(budgetWithin(none, null)).toEqual(none);
  });

  it('makes the mode cheaper first, then the completeness', () => {
    expect(POLLING_MODES.map((mode) => modeWithin(mode, 'soft'))).toEqual([
      'ECONOMY',
      'ECONOMY',
      'CONSERVATIVE',
      'BALANCED',
      'AGGRESSIVE',
    ]);
    expect(modeWithin('ULTRA', 'free')).toBe('ULTRA');
    expect(modeWithin('ULTRA', 'low')).toBe('ECONOMY');
    expect(
      (['free', 'soft', 'low', 'spent'] as const).map((state) => completenessWithin('FULL', state)),
    ).toEqual(['FULL', 'FULL', 'DEADLINE', 'DEADLINE']);
  });

  it('is forecast by the last day, up to the end of the calendar month', () => {
    expect(new Date(monthOf(NOON).startMs).toISOString()).toBe('2026-11-01T00:00:00.000Z');
    expect(new Date(monthOf(Date.UTC(2026, 11, 31)).endMs).toISOString()).toBe('2027-01-01T00:00:00.000Z');
    expect(forecastOf(100, 10, NOON)).toBe(165);
  });
});

describe('prices', () => {
  it('are those of their time', () => {
    expect(pricesAt(Date.UTC(2026, 2)).asOf).toBe('2025-01');
    expect(pricesAt(Date.UTC(2026, 5)).asOf).toBe('2026-04');
    expect(pricesAt(NOON).asOf).toBe('2026-07');
    expect(pricesAt(0).asOf).toBe('2025-01');
    expect(creditsOf('getTransaction', 3, pricesAt(Date.UTC(2026, 5)))).toBe(30);
    expect(creditsOf('getTransaction', 3, pricesAt(NOON))).toBe(3);
    expect(creditsOf('webhookAdmin', 2, pricesAt(NOON))).toBe(200);
    expect(creditsOf('somethingNew', 2, pricesAt(NOON))).toBe(2);
    expect(creditsOf('webSocketTransfer', 2, pricesAt(Date.UTC(2026, 2)))).toBe(0);
    expect(creditsOf('webSocketTransfer', 2, pricesAt(NOON))).toBe(2);
  });

  it('name plans in whatever case', () => {
    expect(plansAt(NOON).asOf).toBe('2026-03');
    expect(planNamed('developer', NOON)).toMatchObject({ creditsPerMonth: 10_000_000, callsPerSecond: 50 });
    expect(planNamed('unheard of', NOON)).toBeNull();
    expect(planNamed(null, NOON)).toBeNull();
  });
});

describe('estimateCredits', () => {
  const DAY = 86_400_000;
  const tradesMs = Array.from({ length: 100 }, (_, at) => NOON + at * 300_000);
  const cost = (mode: (typeof POLLING_MODES)[number], completeness: 'FULL' | 'DEADLINE', trades = tradesMs) =>
    estimateCredits(
      { tradesMs: trades, durationMs: 600_000, addresses: 3 },
      { mode, bounds: DEFAULT_BOUNDS[mode], completeness, prices: pricesAt(NOON) },
      NOON,
      NOON + DAY,
    );

  it('is one look each five minutes for a dead token in ECONOMY', () => {
    expect(cost('ECONOMY', 'FULL', [])).toBe(3 * 287);
  });

  it('rises with eagerness, and with every trade that is fetched', () => {
    const full = POLLING_MODES.map((mode) => cost(mode, 'FULL'));
    expect(full).toEqual(full.toSorted((a, b) => a - b));
    expect(cost('ECONOMY', 'DEADLINE')).toBeLessThan(cost('ECONOMY', 'FULL'));
    expect(cost('BALANCED', 'FULL')).toBeGreaterThanOrEqual(100);
  });
});
