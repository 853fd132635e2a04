import { LocalAttempts } from './local-attempts';

const LIMITS = {
  windowMs: 1_000,
  perAddress: 2,
  inTotal: 3,
  knownForMs: 9_000,
  delayMs: 1,
  longestDelayMs: 1,
};

describe('LocalAttempts', () => {
  let nowMs = 0;
  let attempts = new LocalAttempts(LIMITS, () => nowMs);
  const tagOf = (address: string, isRight = false): string => attempts.judge(address, isRight).tag;

  beforeEach(() => {
    nowMs = 0;
    attempts = new LocalAttempts(LIMITS, () => nowMs);
  });

  it('judges so many wrong ones of an address, and then does not tell whether one is right', () => {
    expect([tagOf('a'), tagOf('a'), tagOf('a'), tagOf('a', true)]).toEqual([
      'wrong',
      'wrong',
      'address_limit',
      'address_limit',
    ]);
  });

  it('says when the next one is judged, and it is', () => {
    tagOf('a');
    nowMs = 400;
    tagOf('a');
    const { waitMs } = attempts.judge('a', true);
    expect(waitMs).toBe(600);
    nowMs += waitMs;
    expect(tagOf('a', true)).toBe('right');
  });

  it('judges so many wrong ones of all, but goes on with an address that was right before', () => {
    expect(tagOf('known', true)).toBe('right');
    expect([tagOf('a'), tagOf('b'), tagOf('c'), tagOf('d'), tagOf('d', true)]).toEqual([
      'wrong',
      'wrong',
      'wrong',
      'total_limit',
      'total_limit',
    ]);
    expect([tagOf('known'), tagOf('known', true)]).toEqual(['wrong', 'right']);
  });

  it('counts no right one', () => {
    for (let n = 0; n < 10; n += 1)
      expect(attempts.judge('a', true)).toMatchObject({ tag: 'right', count: 0 });
  });
});
