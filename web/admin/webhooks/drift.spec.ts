import { driftOf } from './drift';

const asItShouldBe = { active: true, type: 'raw', transactionTypes: ['ANY'], addresses: ['a', 'b'] };

describe('driftOf', () => {
  it('finds nothing where all is as it should be', () => {
    expect(driftOf(asItShouldBe, ['b', 'a'])).toEqual([]);
  });

  it.each([
    [{ ...asItShouldBe, active: false }, 'it is switched off'],
    [{ ...asItShouldBe, type: 'enhanced' }, 'it delivers enhanced bodies instead of raw ones'],
    [{ ...asItShouldBe, transactionTypes: ['SWAP'] }, 'it does not deliver all types of transactions'],
    [{ ...asItShouldBe, addresses: ['a'] }, '1 watched address is missing'],
    [{ ...asItShouldBe, addresses: ['a', 'b', 'c', 'd'] }, '2 addresses are not watched any more'],
  ])('names what is otherwise (%#)', (kept, words) => {
    expect(driftOf(kept, ['a', 'b'])).toEqual([words]);
  });
});
