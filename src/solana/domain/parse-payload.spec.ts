import { amountOf, fieldsOf, integerOf, listOf, looseOf, malformed, textOf } from './parse-payload';

describe('what is read of values from outside', () => {
  it.each<[string, unknown, bigint | null]>([
    ['digits', '0123', 123n],
    ['digits with a sign', '-5', -5n],
    ['forty digits', '9'.repeat(40), 10n ** 40n - 1n],
    ['more digits than any amount has', '9'.repeat(41), null],
    ['no digits', '', null],
    ['a fraction', '1.5', null],
    ['digits behind something else', 'x1', null],
    ['digits before something else', '1x', null],
    ['an exact integer', -7, -7n],
    ['an integer that a double rounds', 2 ** 53, null],
    ['a fraction of a double', 1.5, null],
    ['anything else', true, null],
  ])('amountOf takes %s', (_name, value, amount) => {
    expect(amountOf(value)).toBe(amount);
  });

  it.each<[string, unknown, number | null]>([
    ['an integer', 5, 5],
    ['zero', 0, 0],
    ['an integer that a double rounds', 2 ** 53, null],
    ['a fraction', 1.5, null],
    ['a text', '5', null],
  ])('integerOf takes %s', (_name, value, integer) => {
    expect(integerOf(value)).toBe(integer);
  });

  it('textOf takes texts that are not empty', () => {
    expect([textOf('x'), textOf(''), textOf(5), textOf(null)]).toEqual(['x', null, null, null]);
  });

  it('fieldsOf takes objects, listOf arrays, and neither the other', () => {
    const object = { a: 1 };
    expect([fieldsOf(object), fieldsOf([1]), fieldsOf(null), fieldsOf('x')]).toEqual([
      object,
      null,
      null,
      null,
    ]);
    expect([listOf([1]), listOf(object), listOf(null)]).toEqual([[1], null, null]);
    expect([looseOf(object), looseOf(null), looseOf([1])]).toEqual([object, {}, {}]);
  });

  it('malformed names all that is missing', () => {
    expect(malformed('a', 'b')).toMatchObject({
      code: 'SOLANA_TRANSACTION_MALFORMED',
      context: { missing: ['a', 'b'] },
    });
  });
});
