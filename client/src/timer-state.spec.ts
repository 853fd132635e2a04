import { clockText, mayReplace, viewAt } from './timer-state';

describe('viewAt', () => {
  const running = { status: 'RUNNING', deadline: 10_000, remainingMs: 777 } as const;

  it.each([
    ['counts to the deadline', running, 4_000, { status: 'RUNNING', remainingMs: 6_000 }],
    ['runs at the very deadline', running, 10_000, { status: 'RUNNING', remainingMs: 0 }],
    [
      'settles right after it, before anyone says so',
      running,
      10_001,
      { status: 'SETTLING', remainingMs: 0 },
    ],
    [
      'settles while it is said',
      { ...running, status: 'SETTLING' as const },
      9_990,
      { status: 'SETTLING', remainingMs: 0 },
    ],
    [
      'stands still while paused',
      { ...running, status: 'PAUSED' as const, deadline: null },
      99_999,
      { status: 'PAUSED', remainingMs: 777 },
    ],
    [
      'is at zero when the round is over',
      { ...running, status: 'EXPIRED' as const },
      1,
      { status: 'EXPIRED', remainingMs: 0 },
    ],
  ])('%s', (_, timer, now, expected) => {
    expect(viewAt(timer, now)).toEqual(expected);
  });
});

describe('mayReplace', () => {
  it.each([
    [{ epoch: 1, revision: 5 }, null, true],
    [{ epoch: 1, revision: 6 }, { epoch: 1, revision: 5 }, true],
    [{ epoch: 1, revision: 5 }, { epoch: 1, revision: 5 }, true],
    [{ epoch: 1, revision: 4 }, { epoch: 1, revision: 5 }, false],
    [{ epoch: 2, revision: 1 }, { epoch: 1, revision: 5 }, true],
    [{ epoch: 1, revision: 9 }, { epoch: 2, revision: 1 }, false],
  ])('of %j over %j is %s', (next, known, expected) => {
    expect(mayReplace(next, known)).toBe(expected);
  });
});

describe('clockText', () => {
  it.each([
    [0, '00:00'],
    [1, '00:01'],
    [60_000, '01:00'],
    [599_001, '10:00'],
    [3_600_000, '1:00:00'],
    [36_061_000, '10:01:01'],
  ])('of %i ms is %s', (remainingMs, text) => {
    expect(clockText(remainingMs)).toBe(text);
  });
});
