import { monthIn, monthName, monthOf, oldestKept, startOf } from './months';

describe('months', () => {
  it.each([
    ['2026-11-30T23:59:59.999Z', '2026_11', '2026-11-01T00:00:00.000Z'],
    ['2026-12-01T00:00:00.000Z', '2026_12', '2026-12-01T00:00:00.000Z'],
    ['2027-01-01T00:00:00.000Z', '2027_01', '2027-01-01T00:00:00.000Z'],
    ['0999-01-31T00:00:00.000Z', '0999_01', '0999-01-01T00:00:00.000Z'],
  ])('take %s for %s, which begins at %s', (instant, name, start) => {
    const month = monthOf(Date.parse(instant));
    expect(monthName(month)).toBe(name);
    expect(new Date(startOf(month)).toISOString()).toBe(start);
    expect(monthIn(`trades_${name}`)).toBe(month);
  });

  it('are not found in other names', () => {
    expect(monthIn('trades_default')).toBeNull();
  });

  it('are kept whole beside the running one', () => {
    expect(monthName(oldestKept(Date.parse('2026-03-15T00:00:00Z'), 3))).toBe('2025_12');
  });
});
