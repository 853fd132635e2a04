import { amountText, connectionWords, durationText, mintName, priceText, shortAddress } from './words';

describe('words', () => {
  it.each([
    ['1234567.891', '1\u202f234\u202f567'],
    ['12.34567', '12.3456'],
    ['0.5', '0.5'],
    ['0.00000001', '< 0.0001'],
    ['7', '7'],
  ])('shows an amount of %s as %s', (decimal, text) => {
    expect(amountText(decimal)).toBe(text);
  });

  it.each([
    ['0.000012345678', '0.00001235'],
    ['1234.5', '1235'],
    ['1.5', '1.5'],
    ['100', '100'],
    ['0', '0'],
  ])('shows a price of %s as %s', (decimal, text) => {
    expect(priceText(decimal)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [59_400, '59 s'],
    [61_000, '1 min'],
    [7_200_000, '2 h'],
    [200_000_000, '2 days'],
  ])('shows %i ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('shortens addresses, and knows what everybody knows', () => {
    expect(shortAddress('9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p')).toBe('9VxE…aY1p');
    expect(mintName('So11111111111111111111111111111111111111112')).toBe('SOL');
  });

  it('says what is wrong with a connection, and nothing while it is well', () => {
    expect(connectionWords({ status: 'live', problem: null })).toBeNull();
    expect(connectionWords({ status: 'reconnecting', problem: null })?.title).toBe('Reconnecting…');
    const missing = { code: 'NOT_FOUND', message: '', retryAfterMs: null };
    expect(connectionWords({ status: 'live', problem: missing })?.title).toBe('There is no such timer');
  });
});
