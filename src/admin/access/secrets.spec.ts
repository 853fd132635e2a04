import { bearerOf, digestOf, matchOf } from './secrets';

describe('matchOf', () => {
  const digests = ['present-secret', 'former-secret'].map(digestOf);

  it.each(['present-secret', 'former-secret'])('finds %j', (text) => {
    expect(matchOf(text, digests)).toEqual(digestOf(text));
  });

  it.each([
    '',
    'present-secre',
    'present-secret,former-secret',
    'PRESENT-SECRET',
    'present-secret extra',
    'x'.repeat(3_000),
  ])('does not find %j', (text) => {
    expect(matchOf(text, digests)).toBeNull();
  });

  it('finds nothing where there is no secret', () => {
    expect([matchOf('', []), matchOf('undefined', [])]).toEqual([null, null]);
  });
});

describe('bearerOf', () => {
  it.each([
    ['Bearer one', 'one'],
    ['bearer one', 'one'],
    ['Bearer   one ', 'one'],
    [undefined, null],
    [null, null],
    [42, null],
    [['Bearer one'], null],
    ['', null],
    ['Bearer', null],
    ['Bearer ', null],
    ['one', null],
    ['Basic one', null],
    ['Bearer one two', null],
    [`Bearer ${'x'.repeat(3_000)}`, null],
  ])('reads %j as %j', (value, expected) => {
    expect(bearerOf(value)).toBe(expected);
  });
});
