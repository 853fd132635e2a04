import fc from 'fast-check';
import { MINT, ReadingBench } from '../../../test/support/reading-bench';
import { SolanaError } from '../domain/solana.errors';

const POOL = '7XawhbbxtsRcQA8KTkHT9f9nc6d69UwqCDh6U5EEbEmX';
/** Nodes may be that late with a row; the overlap is longer. */
const LATEST_SLOTS = 100;

type Step =
  | { readonly kind: 'pass'; readonly slots: number }
  | {
      readonly kind: 'add';
      readonly at: number;
      readonly failed: boolean;
      readonly hiddenOn: readonly boolean[];
    }
  | { readonly kind: 'lose' | 'find'; readonly which: number }
  | { readonly kind: 'fail' | 'lag'; readonly endpoint: number; readonly slots: number }
  | { readonly kind: 'look' | 'settle' | 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), slots: fc.integer({ min: 1, max: 80 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      at: fc.integer({ min: 0, max: 2 }),
      failed: fc.boolean(),
      hiddenOn: fc.tuple(fc.boolean(), fc.boolean()),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('lose' as const, 'find' as const), which: fc.nat(50) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('fail' as const, 'lag' as const),
      endpoint: fc.integer({ min: 0, max: 1 }),
      slots: fc.constantFrom(0, 0, 1, 40),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('look' as const, 'settle' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

function perform(bench: ReadingBench, one: Step): void {
  const { chain } = bench;
  if (one.kind === 'pass') pass(bench, one.slots);
  if (one.kind === 'restart') bench.restart();
  if (one.kind === 'add') {
    const row = chain.add(one.at === 2 ? POOL : MINT, one.failed);
    one.hiddenOn.forEach((isHidden, index) => {
      if (isHidden) chain.endpoints[index]?.hidden.add(row.signature);
    });
  }
  if (one.kind === 'lose' || one.kind === 'find') {
    const row = chain.rows[one.which % Math.max(1, chain.rows.length)];
    if (row === undefined) return;
    if (one.kind === 'lose') chain.unavailable.add(row.signature);
    else chain.unavailable.delete(row.signature);
  }
  if (one.kind === 'fail' || one.kind === 'lag') {
    const endpoint = chain.endpoints[one.endpoint];
    if (endpoint === undefined) return;
    if (one.kind === 'fail') endpoint.isFailing = one.slots > 0;
    else endpoint.lagSlots = one.slots;
  }
}

function pass({ chain }: ReadingBench, slots: number): void {
  chain.tip += slots;
  for (const { hidden } of chain.endpoints) {
    for (const row of chain.rows) if (row.slot + LATEST_SLOTS <= chain.tip) hidden.delete(row.signature);
  }
}

async function tolerate(work: Promise<unknown>): Promise<void> {
  await work.catch((err: unknown) => {
    if (!(err instanceof SolanaError)) throw err;
  });
}

/** A settling must not pass a row that a healthy endpoint lists and nobody has judged. */
function watchSettling(bench: ReadingBench, startSlot: number): void {
  bench.door.beforeSettle = ({ slot }) => {
    for (const endpoint of bench.chain.endpoints.filter(({ isUsable }) => isUsable)) {
      for (const address of [MINT, POOL]) {
        for (const row of endpoint.listed(address, 'finalized')) {
          if (row.hasFailed || row.slot > slot || row.slot <= startSlot) continue;
          if (!bench.door.applied.has(row.signature)) throw new Error(`settled past ${row.signature}`);
        }
      }
    }
  };
}

async function run(steps: readonly Step[]): Promise<ReadingBench> {
  const bench = new ReadingBench(2);
  const { chain, door } = bench;
  door.state = { ...door.state, pools: [POOL] };
  await bench.look();
  const startSlot = chain.tip;
  chain.tip += 1;
  watchSettling(bench, startSlot);
  for (const one of steps) {
    perform(bench, one);
    if (one.kind === 'look') await tolerate(bench.look());
    if (one.kind === 'settle') await tolerate(bench.settle());
  }
  for (const endpoint of chain.endpoints) {
    endpoint.isFailing = false;
    endpoint.lagSlots = 0;
    endpoint.hidden.clear();
  }
  chain.unavailable.clear();
  pass(bench, 200);
  await bench.look();
  pass(bench, 200);
  await bench.look();
  return bench;
}

describe('reading the chain', () => {
  it('hands over every trade and settles past none, whatever nodes delay, forget or refuse', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const { chain, door } = await run(steps);
        const trades = chain.rows.filter(({ hasFailed }) => !hasFailed).map(({ signature }) => signature);
        expect(trades.filter((signature) => !door.applied.has(signature))).toEqual([]);
        expect([...door.applied.keys()].filter((signature) => !trades.includes(signature))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('settles once all is calm', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const bench = await run(steps);
        const settledBefore = bench.door.settled.length;
        expect(await bench.settle()).toMatchObject({ tag: 'ok' });
        expect(bench.door.settled).toHaveLength(settledBefore + 1);
      }),
      { numRuns: 100 },
    );
  });
});
