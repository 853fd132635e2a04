import { compareIds, positionOf, readReply } from './stream.entry';

const stream = { timerId: 'global', key: 'k', poisonKey: 'p' };

describe('compareIds', () => {
  it('compares both parts as numbers', () => {
    expect(compareIds('9-0', '10-0')).toBe(-1);
    expect(compareIds('10-9', '10-10')).toBe(-1);
    expect(compareIds('10-10', '10-10')).toBe(0);
    expect(compareIds('11-0', '10-99')).toBe(1);
  });
});

describe('positionOf', () => {
  it('orders ids as Redis does, in one number that a bigint column holds', () => {
    const ids = ['0-1', '1732350000000-0', '1732350000000-1', '1732350000001-0', '4102444800000-1048575'];
    const positions = ids.map((id) => BigInt(positionOf(id)));
    expect([...positions].sort((a, b) => (a < b ? -1 : 1))).toEqual(positions);
    expect(positions.at(-1)).toBeLessThan(2n ** 63n);
  });
});

describe('readReply', () => {
  const read = (reply: unknown) => readReply(reply, (key) => (key === 'k' ? stream : undefined));

  it('has nothing where nothing came', () => {
    expect(read(null)).toEqual([]);
  });

  it('reads entries of known streams, and knows deleted ones', () => {
    const reply = [
      [
        'k',
        [
          ['1-0', ['x', 'y', 'change', '{}']],
          ['2-0', null],
          ['3-0', ['x', 'y']],
        ],
      ],
      ['strange', [['4-0', ['change', '{}']]]],
    ];
    expect(read(reply)).toEqual([
      { stream, id: '1-0', json: '{}', isGone: false },
      { stream, id: '2-0', json: null, isGone: true },
      { stream, id: '3-0', json: null, isGone: false },
    ]);
  });
});
