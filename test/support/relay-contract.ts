/** Arguments of a connection. */
export interface RelayArguments {
  readonly first?: number;
  readonly after?: string;
  readonly last?: number;
  readonly before?: string;
}

/** What a connection answered. */
export interface RelayPage {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly name: string } }[];
  readonly nodes: readonly { readonly name: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** One connection under test. */
export interface RelayTarget {
  /** Makes a list of `count` rows and gives their names, newest first. */
  fill(count: number): Promise<readonly string[]>;
  /** Adds one row that is newer than all others. @returns its name */
  addNewer(): Promise<string>;
  /** @throws with `code` BAD_USER_INPUT for arguments that are refused */
  ask(args: RelayArguments): Promise<RelayPage>;
  /** Codes of the errors when asked with a cursor of every other connection. */
  askWithForeignCursors(): Promise<readonly unknown[]>;
}

/**
 * The rules of the Relay cursor connection specification, for a list that is newest first and that refuses `first`
 * together with `last`.
 *
 * @param target - called anew in each test; the list it made last is the one that is asked
 */
export function describeConnection(name: string, target: () => RelayTarget): void {
  describe(name, () => {
    const COUNT = 7;
    let all: readonly string[];
    let cursors: readonly string[];

    beforeEach(async () => {
      all = await target().fill(COUNT);
      const page = await target().ask({ first: 500 });
      cursors = page.edges.map(({ cursor }) => cursor);
      expect(namesOf(page)).toEqual(all);
      expect(new Set(cursors).size).toBe(COUNT);
    });

    it('gives exactly the edges that the specification names, for every size and place', async () => {
      for (const asked of requests(COUNT)) {
        const page = await target().ask(argumentsOf(asked, cursors));
        const expected = expectedPage(asked, all);
        expect({ asked, names: namesOf(page) }).toEqual({ asked, names: expected.names });
        expect(page.nodes.map((node) => node.name)).toEqual(expected.names);
        expect({ asked, pageInfo: page.pageInfo }).toMatchObject({
          asked,
          pageInfo: {
            startCursor: page.edges[0]?.cursor ?? null,
            endCursor: page.edges.at(-1)?.cursor ?? null,
            ...expected.pageInfo,
          },
        });
      }
    });

    it.each([1, 2, 3])('meets at both ends when it is walked forwards and backwards by %i', async (size) => {
      const forwards = await walk(target(), 'first', size);
      expect(forwards).toEqual(all);
      expect(await walk(target(), 'last', size)).toEqual(all);
    });

    it('neither repeats nor hides a row when rows are added between two pages', async () => {
      const added: string[] = [];
      const add = async (): Promise<void> => void added.push(await target().addNewer());
      expect(await walk(target(), 'first', 2, add)).toEqual(all);
      const backwards = await walk(target(), 'last', 2, add);
      // the last page may hold what was added before it was read, and nothing else
      expect(backwards.slice(-COUNT)).toEqual(all);
      expect(added).toEqual(expect.arrayContaining(backwards.slice(0, -COUNT)));
    });

    it('keeps a cursor valid while rows are added', async () => {
      await target().addNewer();
      const page = await target().ask({ first: 2, after: cursors[2] ?? '' });
      expect(namesOf(page)).toEqual(all.slice(3, 5));
    });

    it('has the first fifty without arguments, and refuses sizes that are wrong', async () => {
      expect(namesOf(await target().ask({}))).toEqual(all);
      for (const args of [{ first: -1 }, { last: 501 }, { first: 1, last: 1 }]) {
        await expect(target().ask(args)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      }
    });

    it('refuses cursors of other queries and what is none', async () => {
      const codes = await target().askWithForeignCursors();
      expect(codes.length).toBeGreaterThan(0);
      expect(new Set(codes)).toEqual(new Set(['BAD_USER_INPUT']));
      await expect(target().ask({ before: 'none' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });
  });
}

/** A page by places in the list instead of cursors. */
interface Request {
  readonly end: 'first' | 'last';
  readonly size: number;
  readonly after: number | undefined;
  readonly before: number | undefined;
}

function requests(count: number): Request[] {
  const places = [undefined, 0, 3, count - 1];
  const sizes = [0, 1, 2, count, count + 1];
  return places.flatMap((after) =>
    places.flatMap((before) =>
      sizes.flatMap((size) => (['first', 'last'] as const).map((end) => ({ end, size, after, before }))),
    ),
  );
}

function argumentsOf({ end, size, after, before }: Request, cursors: readonly string[]): RelayArguments {
  return {
    [end]: size,
    ...(after === undefined ? {} : { after: cursors[after] }),
    ...(before === undefined ? {} : { before: cursors[before] }),
  };
}

/** The specification's algorithm on the whole list. */
function expectedPage({ end, size, after, before }: Request, all: readonly string[]) {
  const between = all.slice(after === undefined ? 0 : after + 1, before ?? all.length);
  const hasMore = between.length > size;
  return end === 'first'
    ? { names: between.slice(0, size), pageInfo: { hasNextPage: before !== undefined || hasMore } }
    : {
        names: size === 0 ? [] : between.slice(-size),
        pageInfo: { hasPreviousPage: after !== undefined || hasMore },
      };
}

async function walk(
  target: RelayTarget,
  end: 'first' | 'last',
  size: number,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  let names: string[] = [];
  let place: RelayArguments = {};
  for (;;) {
    const page = await target.ask({ [end]: size, ...place });
    names = end === 'first' ? [...names, ...namesOf(page)] : [...namesOf(page), ...names];
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    const cursor = end === 'first' ? endCursor : startCursor;
    if (!(end === 'first' ? hasNextPage : hasPreviousPage) || cursor === null || names.length > 50)
      return names;
    place = end === 'first' ? { after: cursor } : { before: cursor };
    if (names.length < 6) await between();
  }
}

function namesOf(page: RelayPage): string[] {
  return page.edges.map(({ node }) => node.name);
}
