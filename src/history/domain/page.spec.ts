import { connect, planPage } from './page';
import type { PageRequest } from './page';

describe('planPage', () => {
  it.each<[string, PageRequest, string, number]>([
    ['the first 50 when nothing is asked', {}, 'FORWARD', 50],
    ['the first ones', { first: 3 }, 'FORWARD', 3],
    ['the last ones', { last: 500 }, 'BACKWARD', 500],
    ['the last 50 when only `before` is given', { before: 'c' }, 'BACKWARD', 50],
    ['the first 50 behind `after`', { after: 'c', before: 'd' }, 'FORWARD', 50],
    ['nothing at all', { first: 0, last: null }, 'FORWARD', 0],
  ])('reads %s', (_name, page, direction, size) => {
    expect(planPage(page)).toMatchObject({ direction, size });
  });

  it.each<[string, PageRequest]>([
    ['more than 500', { first: 501 }],
    ['fewer than none', { last: -1 }],
    ['a part of one', { first: 1.5 }],
    ['both ends', { first: 1, last: 1 }],
  ])('refuses %s', (_name, page) => {
    expect(() => planPage(page)).toThrow('HISTORY_PAGE_INVALID');
  });
});

describe('connect', () => {
  const edges = ['a', 'b', 'c'].map((node) => ({ cursor: `c-${node}`, node }));

  it('drops the row that only tells that there are more', () => {
    const page = connect(planPage({ first: 2 }), edges);
    expect(page.edges.map(({ node }) => node)).toEqual(['a', 'b']);
    expect(page.pageInfo).toEqual({
      ...{ hasNextPage: true, hasPreviousPage: false, startCursor: 'c-a', endCursor: 'c-b' },
    });
  });

  it('turns a page from the end round', () => {
    const page = connect(planPage({ last: 2 }), edges);
    expect(page.edges.map(({ node }) => node)).toEqual(['b', 'a']);
    expect(page.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true, startCursor: 'c-b' });
  });

  it('knows that the row of a given cursor lies on the other side', () => {
    expect(connect(planPage({ first: 9, after: 'x' }), edges).pageInfo).toMatchObject({
      hasPreviousPage: true,
    });
    expect(connect(planPage({ last: 9, before: 'x' }), edges).pageInfo).toMatchObject({ hasNextPage: true });
  });

  it('has no cursors where the page is empty', () => {
    expect(connect(planPage({}), []).pageInfo).toEqual({
      ...{ hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });
});
