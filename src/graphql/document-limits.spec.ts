import { getIntrospectionQuery, parse } from 'graphql';
import { excessOf, MAX_ALIASES, MAX_DEPTH, MAX_FIELDS, MAX_REPEATS } from './document-limits';

const problems = (query: string) => excessOf(parse(query)).map(({ message }) => message);
const nested = (depth: number) => `${'{ self '.repeat(depth - 1)}{ leaf }${' }'.repeat(depth - 1)}`;

describe('excessOf', () => {
  it('takes a document at the bounds and refuses one beyond', () => {
    expect(problems(nested(MAX_DEPTH))).toEqual([]);
    expect(problems(nested(MAX_DEPTH + 1))).toEqual([
      `the operation is nested deeper than ${MAX_DEPTH} fields`,
    ]);
    const aliased = (count: number) =>
      `{ ${Array.from({ length: count }, (_, n) => `a${n}: leaf`).join(' ')} }`;
    expect(problems(aliased(MAX_ALIASES))).toEqual([]);
    expect(problems(aliased(MAX_ALIASES + 1))).toEqual([`the document has more than ${MAX_ALIASES} aliases`]);
  });

  it('refuses to compare the same field again and again', () => {
    expect(problems(`{ ${'self { leaf } '.repeat(MAX_REPEATS + 1)} }`)).toEqual([]);
    const beyond = [`the document repeats more than ${MAX_REPEATS} fields`];
    expect(problems(`{ ${'self { leaf } '.repeat(MAX_REPEATS + 2)} }`)).toEqual(beyond);
    expect(problems(`{ ...A } fragment A on Query { self { ${'leaf '.repeat(MAX_REPEATS + 2)} } }`)).toEqual(
      beyond,
    );
  });

  it('measures depth through fragments', () => {
    const query = `{ self { self { self { ...F } } } } fragment F on Query { self { self { self { self { self { self { self { leaf } } } } } } } }`;
    expect(problems(query)).toHaveLength(1);
  });

  it('counts what fragments multiply to, in time that does not multiply', () => {
    const fragments = Array.from(
      { length: 40 },
      (_, n) => `fragment F${n} on Query { ${n === 39 ? 'leaf' : `...F${n + 1} ...F${n + 1}`} }`,
    );
    expect(problems(`{ ...F0 } ${fragments.join(' ')}`)).toEqual([
      `the operation has more than ${MAX_FIELDS} fields`,
    ]);
  });

  it('ends on fragments that spread themselves', () => {
    expect(
      problems('{ ...A } fragment A on Query { self { ...B } } fragment B on Query { self { ...A } }'),
    ).toEqual([]);
  });

  it('leaves introspection alone', () => {
    expect(problems(getIntrospectionQuery())).toEqual([]);
  });
});
