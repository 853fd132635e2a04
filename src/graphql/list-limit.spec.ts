import { assertShortLists, MAX_LIST } from './list-limit';

const list = (length: number) => Array.from({ length }, () => 1);

describe('assertShortLists', () => {
  it('takes lists at the bound, and names one beyond it', () => {
    expect(() => assertShortLists({ a: list(MAX_LIST), b: { c: list(MAX_LIST) }, d: null })).not.toThrow();
    expect(() => assertShortLists({ a: 1, b: { c: list(MAX_LIST + 1) } })).toThrow(
      'b.c must not have more than 1000 elements',
    );
  });

  it('looks into what is nested as deep as a body can be', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(() => assertShortLists({ deep })).not.toThrow();
  });
});
