import { includesScope, scopesOf } from './scope';

describe('includesScope', () => {
  it.each([
    [['read'], [true, false, false]],
    [['operate'], [true, true, false]],
    [['admin'], [true, true, true]],
    [
      ['read', 'operate'],
      [true, true, false],
    ],
    [[], [false, false, false]],
  ] as const)('of %j lets read, operate and admin pass: %j', (scopes, expected) => {
    expect((['read', 'operate', 'admin'] as const).map((needed) => includesScope(scopes, needed))).toEqual(
      expected,
    );
  });
});

describe('scopesOf', () => {
  it('keeps what is a scope, each once, weakest first', () => {
    expect(scopesOf(['admin', 'read', 'read', 'root'])).toEqual(['read', 'admin']);
  });
});
