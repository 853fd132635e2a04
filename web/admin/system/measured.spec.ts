import { measured } from './measured';

describe('measured', () => {
  it.each([
    [12.3456, 'seconds', '12.35 s'],
    [0.05, 'ratio', '5 %'],
    [1, 'events', '1 event'],
    [1, 'entries', '1 entry'],
    [0, 'trades', '0 trades'],
  ])('tells %d %s', (value, unit, text) => {
    expect(measured(value, unit)).toBe(text);
  });
});
