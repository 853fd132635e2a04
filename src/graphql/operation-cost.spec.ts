import { getOperationAST, parse } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { buildSchema } from './build-schema';
import { looksAtSchema, pointsOf } from './operation-cost';

describe('what an operation costs', () => {
  let schema: GraphQLSchema;

  beforeAll(async () => {
    schema = await buildSchema();
  });

  function priced(text: string, variables: Record<string, unknown> = {}) {
    const document = parse(text);
    const operation = getOperationAST(document, null);
    if (operation === null || operation === undefined) throw new Error('there is no operation');
    return { schema, document, operation, variables };
  }

  const dayMs = 86_400_000;
  const buckets = `tradeBuckets(from: 0, to: ${dayMs}, bucket: MINUTE) { start }`;
  const aliased = (count: number, field: string): string =>
    Array.from({ length: count }, (_, number) => `a${number}: ${field}`).join(' ');

  it.each([
    ['a plain field', '{ clock }', 1],
    ['ten of them', `{ ${aliased(10, 'clock')} }`, 1],
    ['eleven of them', `{ ${aliased(11, 'clock')} }`, 2],
    ['a default page', '{ trades { nodes { id } } }', 1],
    ['a page of no rows', '{ trades(first: 0) { nodes { id } } }', 1],
    ['the largest page', '{ trades(last: 500) { nodes { id } } }', 10],
    [
      'pages through fragments',
      '{ ...A } fragment A on Query { ... { rounds(first: 200) { nodes { id: number } } } }',
      4,
    ],
    ['a day of minutes', `{ ${buckets} }`, 10],
    ['figures', '{ timerStats { buys } }', 8],
    ['a page of an admin', '{ settingsHistory(first: 100) { nodes { version } } }', 2],
    ['a look at the schema', '{ __schema { queryType { name } } __typename }', 6],
    ['a subscription', 'subscription { timerUpdated { id } }', 1],
    ['arguments that are wrong', '{ trades(first: -3) { nodes { id } } }', 1],
  ])('prices %s', (_, text, points) => {
    expect(pointsOf(priced(text))).toBe(points);
  });

  it('reads variables, and leaves wrong ones to the execution', () => {
    const text = 'query ($first: Int!) { trades(first: $first) { nodes { id } } }';
    expect([pointsOf(priced(text, { first: 300 })), pointsOf(priced(text, { first: 'x' }))]).toEqual([6, 1]);
  });

  it('refuses more than 2,000 rows over all fields', () => {
    const four = `{ ${aliased(4, 'trades(first: 500) { nodes { id } }')} }`;
    expect(pointsOf(priced(four))).toBe(40);
    expect(() => pointsOf(priced(`{ rounds(first: 1) { nodes { number } } ${four.slice(1)}`))).toThrow(
      'asks for 2001 rows of history',
    );
  });

  it('refuses more than eight questions to the history', () => {
    expect(pointsOf(priced(`{ ${aliased(8, 'trades(first: 1) { nodes { id } }')} }`))).toBe(1);
    expect(() => pointsOf(priced(`{ ${aliased(9, 'trades(first: 1) { nodes { id } }')} }`))).toThrow(
      'asks 9 times for history',
    );
  });

  it('tells looks at the schema, wherever they hide', () => {
    expect(
      looksAtSchema(priced('{ ...A } fragment A on Query { ... { x: __type(name: "Timer") { name } } }')),
    ).toBe(true);
    expect(looksAtSchema(priced('{ __typename timer { __typename } }'))).toBe(false);
  });
});
