import { rulesText } from './timer-words';

const rules = {
  sides: ['BUY', 'SELL'],
  minAmount: '0',
  mode: 'RESET',
  extendByMs: 60_000,
  maxRemainingMs: null,
} as const;

describe('rulesText', () => {
  it.each([
    [rules, 'Every trade gives the full 10 min again.'],
    [
      { ...rules, sides: ['BUY'], minAmount: '5' } as const,
      'Every buy of at least 5 tokens gives the full 10 min again.',
    ],
    [{ ...rules, sides: ['SELL'], mode: 'EXTEND' } as const, 'Every sale adds 1 min.'],
    [{ ...rules, mode: 'EXTEND', maxRemainingMs: 600_000 } as const, 'Every trade adds 1 min, up to 10 min.'],
  ])('says what counts (%#)', (given, text) => {
    expect(rulesText({ rules: given, durationMs: 600_000 })).toBe(text);
  });
});
