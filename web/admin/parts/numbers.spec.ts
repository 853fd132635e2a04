import { briefly, grouped, msOf, percent, secondsOf } from './numbers';

describe('numbers', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [12_345, '12.3\u202fk'],
    [4_567_000, '4.57\u202fM'],
    [2_000_000_000, '2\u202fG'],
  ])('tells %d briefly', (number, text) => {
    expect(briefly(number)).toBe(text);
  });

  it('groups digits by three', () => {
    expect(grouped(1_234_567.6)).toBe('1\u202f234\u202f568');
  });

  it('tells a share in per cent', () => {
    expect(percent(0.1234)).toBe('12.3 %');
  });

  it.each([null, 1, 1500, 600_000])('brings %s ms through a field of seconds unchanged', (ms) => {
    expect(msOf(secondsOf(ms)) ?? null).toBe(ms);
  });
});
