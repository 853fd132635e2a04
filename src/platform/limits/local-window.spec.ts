import { LocalWindow } from './local-window';

const quota = (limit: number) => ({ limit, windowMs: 1_000 });

/** A window with a clock that stands still until it is set. */
function stoppedWindow() {
  const clock = { ms: 0 };
  return { clock, window: new LocalWindow(() => clock.ms) };
}

describe('LocalWindow', () => {
  it('slides: an expense counts for exactly one window', () => {
    const { clock, window } = stoppedWindow();
    const verdicts = [0, 400, 900, 1_000, 1_100, 1_400].map((atMs) => {
      clock.ms = atMs;
      return window.spend('client', quota(2), 1).isAllowed;
    });
    expect(verdicts).toEqual([true, true, false, true, false, true]);
  });

  it('says when the same can pass, for its cost, and it does, not a ms before', () => {
    const { clock, window } = stoppedWindow();
    for (const [atMs, cost] of [
      [0, 2],
      [100, 3],
      [200, 4],
    ] as const) {
      clock.ms = atMs;
      expect(window.spend('client', quota(10), cost).isAllowed).toBe(true);
    }
    clock.ms = 300;
    expect(window.spend('client', quota(10), 2)).toEqual({ isAllowed: false, spent: 9, waitMs: 700 });
    expect(window.spend('client', quota(10), 5)).toEqual({ isAllowed: false, spent: 9, waitMs: 800 });
    clock.ms = 1_099;
    expect(window.spend('client', quota(10), 5).isAllowed).toBe(false);
    clock.ms = 1_100;
    expect(window.spend('client', quota(10), 5)).toMatchObject({ isAllowed: true, spent: 9 });
  });

  it('counts clients apart, and what is spent elsewhere as well', () => {
    const { window } = stoppedWindow();
    expect(window.spend('a', quota(3), 1).isAllowed).toBe(true);
    expect(window.spend('b', quota(3), 3).isAllowed).toBe(true);
    expect(window.spend('a', quota(3), 1, 2).isAllowed).toBe(false);
    expect(window.spend('a', quota(3), 1, 1).isAllowed).toBe(true);
  });

  it('goes on from what others have allowed', () => {
    const { window } = stoppedWindow();
    window.note('client', 2);
    expect(window.spend('client', quota(3), 2).isAllowed).toBe(false);
    expect(window.spentBy('client', 1_000)).toBe(2);
  });

  it('keeps no more than 10,000 clients, those that spent last, and long windows in little memory', () => {
    const { clock, window } = stoppedWindow();
    window.note('first', 1);
    for (let number = 0; number < 10_000; number += 1) window.note(String(number), 1);
    expect([window.spentBy('first', 1_000), window.spentBy('0', 1_000)]).toEqual([0, 1]);
    for (let number = 0; number < 100_000; number += 1) {
      clock.ms += 10;
      window.spend('busy', quota(1_000), 1);
    }
    expect(window.spentBy('busy', 1_000)).toBe(100);
  });
});
