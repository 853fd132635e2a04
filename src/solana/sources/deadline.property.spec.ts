import fc from 'fast-check';
import { ReadingWorld } from '../../../test/support/reading-world';
import { MINT, newTimer } from '../../../test/support/timer-lab';
import type { Completeness } from '../../settings/domain/settings';
import { DEFAULT_RULES } from '../../timer/domain/timer';
import type { ActType, ConfigChange, FoldState, RoundEnd } from '../../timer/domain/timer';
import { SolanaError } from '../domain/solana.errors';

const RUNS = Number(process.env['READING_RUNS'] ?? 100);
const POOL = '7XawhbbxtsRcQA8KTkHT9f9nc6d69UwqCDh6U5EEbEmX';
/** Nodes may be that late with a row: less than the final chain lies behind. */
const LATEST_SLOTS = 28;

type Step =
  | { readonly kind: 'pass'; readonly slots: number }
  | {
      readonly kind: 'row';
      readonly address: string;
      readonly what: 'trade' | 'noise' | 'failed';
      readonly hiddenOn: number;
    }
  | { readonly kind: 'act'; readonly type: ActType; readonly force: boolean; readonly change: ConfigChange }
  | { readonly kind: 'lose' | 'find' | 'roll back' | 'forget' | 'push'; readonly which: number }
  | { readonly kind: 'fail' | 'lag'; readonly endpoint: number; readonly slots: number }
  | { readonly kind: 'look' | 'settle' | 'take over' };

const change = fc.oneof(
  fc.record({ durationMs: fc.constantFrom(30_000, 60_000, 90_000) }),
  fc.record({ rules: fc.constantFrom(DEFAULT_RULES, { ...DEFAULT_RULES, minAmount: '6' }) }),
  fc.record({ rules: fc.constant({ ...DEFAULT_RULES, mode: 'EXTEND' as const, extendByMs: 8_000 }) }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), slots: fc.integer({ min: 1, max: 60 }) }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('row' as const),
      address: fc.constantFrom(MINT, MINT, POOL),
      what: fc.constantFrom('trade' as const, 'trade' as const, 'noise' as const, 'failed' as const),
      hiddenOn: fc.constantFrom(-1, -1, -1, 0, 1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      type: fc.constantFrom<ActType>('RESET', 'PAUSE', 'RESUME', 'RESUME', 'CONFIGURE', 'CONFIGURE'),
      force: fc.boolean(),
      change,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('lose' as const, 'find' as const, 'forget' as const, 'push' as const),
      which: fc.nat(60),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('roll back' as const), which: fc.nat(60) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('fail' as const, 'lag' as const),
      endpoint: fc.integer({ min: 0, max: 1 }),
      slots: fc.constantFrom(0, 0, 1, 40),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('look' as const, 'look' as const, 'settle' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('take over' as const) }) },
);

function pass({ chain }: ReadingWorld, slots: number): void {
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

async function perform(world: ReadingWorld, one: Step): Promise<void> {
  const { chain, timers, timer } = world;
  switch (one.kind) {
    case 'pass':
      pass(world, one.slots);
      return;
    case 'row': {
      const row = chain.add(one.address, one.what === 'failed');
      if (one.what === 'noise') chain.noise.add(row.signature);
      chain.endpoints[one.hiddenOn]?.hidden.add(row.signature);
      return;
    }
    case 'act':
      await timers.act(timer.id, one.type === 'CONFIGURE' ? one : { ...one, change: {} });
      return;
    case 'fail':
    case 'lag': {
      const endpoint = chain.endpoints[one.endpoint];
      if (endpoint === undefined) return;
      if (one.kind === 'fail') endpoint.isFailing = one.slots > 0;
      else endpoint.lagSlots = one.slots;
      return;
    }
    case 'look':
      await tolerate(world.look());
      return;
    case 'settle':
      await tolerate(world.settle());
      return;
    case 'take over':
      await world.takeOver();
      return;
    default:
      await disturb(world, one.kind, one.which);
  }
}

async function disturb(
  world: ReadingWorld,
  kind: 'lose' | 'find' | 'roll back' | 'forget' | 'push',
  which: number,
) {
  const { chain } = world;
  const row = chain.rows[which % Math.max(1, chain.rows.length)];
  if (row === undefined) return;
  if (kind === 'lose') chain.unavailable.add(row.signature);
  if (kind === 'find') chain.unavailable.delete(row.signature);
  if (kind === 'forget') {
    // a node loses the very row that a cursor names; rows that nobody has read yet are late at most
    const cursors = (await world.timers.reading(world.timer.id))?.cursors ?? [];
    const { signature } = cursors[which % Math.max(1, cursors.length)] ?? { signature: null };
    if (signature !== null) chain.endpoints[which % 2]?.hidden.add(signature);
  }
  if (kind === 'push' && row.slot <= chain.tip - 2) await world.push(row);
  if (kind === 'roll back') {
    const young = chain.rows.filter(({ slot }) => slot > chain.tip - 30 && slot <= chain.tip - 2);
    chain.rollBack(young[which % Math.max(1, young.length)]?.signature ?? '');
  }
}

async function run(steps: readonly Step[], completeness: Completeness): Promise<ReadingWorld> {
  const world = new ReadingWorld({
    completeness,
    timer: newTimer({ durationMs: 30_000, pools: [POOL] }),
  });
  await world.begin();
  for (const one of steps) await perform(world, one);
  const { chain } = world;
  for (const endpoint of chain.endpoints) {
    endpoint.isFailing = false;
    endpoint.lagSlots = 0;
    endpoint.hidden.clear();
  }
  chain.unavailable.clear();
  await world.calm();
  return world;
}

interface Outcome {
  readonly ends: readonly object[];
  readonly current: object;
}

function endsOf(ends: readonly RoundEnd[], withCounts: (end: RoundEnd) => boolean): readonly object[] {
  // a void end is known with its act, before the round is folded up to it
  const inOrder = [...ends].sort((a, b) => a.round - b.round);
  return inOrder.map((end) => ({
    round: end.round,
    endedAtMs: end.endedAtMs,
    isVoid: end.isVoid,
    winner: end.isVoid ? null : (end.lastTrade?.signature ?? null),
    counts: withCounts(end) ? end.counts : null,
  }));
}

function currentOf({ phase, round, deadlineMs, remainingMs }: FoldState): object {
  return { phase, round, deadlineMs: phase === 'PAUSED' ? 0 : deadlineMs, remainingMs };
}

/** What was read, and what is true; the counts too where a round says that it is complete. */
async function outcomeOf(
  world: ReadingWorld,
): Promise<{ read: Outcome; true: Outcome; ends: readonly RoundEnd[]; complete: number }> {
  const state = (await world.timers.reading(world.timer.id))?.state;
  if (state === undefined) throw new Error('no timer');
  const lab = await world.truth();
  const ends = await world.ends();
  const complete = new Set(ends.filter((end) => end.isComplete && !end.isVoid).map(({ round }) => round));
  const isComplete = ({ round }: RoundEnd): boolean => complete.has(round);
  return {
    read: { ends: endsOf(ends, isComplete), current: currentOf(state.current) },
    true: { ends: endsOf(lab.ends, isComplete), current: currentOf(lab.current) },
    ends,
    complete: ends.filter((end) => isComplete(end) && end.counts.trades > 0).length,
  };
}

const schedules = fc.array(step, { minLength: 10, maxLength: 120 });

describe('reading the chain through whatever nodes, leaders and admins do', () => {
  it.each(['FULL', 'DEADLINE'] as const)(
    'with completeness %s ends rounds when, and with the winner that, the fold over the whole chain says',
    async (completeness) => {
      let [rounds, complete] = [0, 0];
      await fc.assert(
        fc.asyncProperty(schedules, async (steps) => {
          const result = await outcomeOf(await run(steps, completeness));
          expect(result.read).toEqual(result.true);
          if (completeness === 'FULL') expect(result.ends.filter((end) => !end.isComplete)).toEqual([]);
          rounds += result.ends.length;
          complete += result.complete;
        }),
        { numRuns: RUNS },
      );
      expect(rounds).toBeGreaterThan(RUNS);
      expect(complete).toBeGreaterThan(RUNS / 4);
    },
  );

  it('fetches fewer transactions with completeness DEADLINE, and never more', async () => {
    let [all, few] = [0, 0];
    await fc.assert(
      fc.asyncProperty(schedules, async (steps) => {
        const calm = steps.filter(({ kind }) => ['pass', 'row', 'look', 'settle'].includes(kind));
        const full = (await run(calm, 'FULL')).chain.fetched.length;
        const deciding = (await run(calm, 'DEADLINE')).chain.fetched.length;
        expect(deciding).toBeLessThanOrEqual(full);
        all += full;
        few += deciding;
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
    expect(few).toBeLessThan(all);
  });
});
