import { filled } from './spans';

const HOUR = 3_600_000;

describe('filled', () => {
  it('has every hour of the stretch, oldest first', () => {
    expect(filled([{ start: HOUR, credits: 7 }], 10, 3 * HOUR, HOUR)).toEqual([
      { start: 0, credits: 0 },
      { start: HOUR, credits: 7 },
      { start: 2 * HOUR, credits: 0 },
    ]);
  });

  it('is empty where the stretch is', () => {
    expect(filled([], HOUR, HOUR, HOUR)).toEqual([]);
  });
});
