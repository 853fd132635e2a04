import { includesScope } from './scopes';

describe('includesScope', () => {
  it.each([
    [['ADMIN'], 'READ', true],
    [['READ', 'OPERATE'], 'OPERATE', true],
    [['READ'], 'OPERATE', false],
    [[], 'READ', false],
  ] as const)('of %j for %s is %s', (held, wanted, isSo) => {
    expect(includesScope(held, wanted)).toBe(isSo);
  });
});
