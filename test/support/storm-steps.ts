import fc from 'fast-check';
import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import type { ActType, ConfigChange } from '../../src/timer/domain/timer';
import { CALL_FAULTS } from './balanced-address';
import type { CallFault } from './balanced-address';
import { LostAnswer } from './stormy-world';
import type { StormChoice, StormyWorld } from './stormy-world';
import { MINT } from './timer-lab';

/** A pool that is read beside the mint. */
export const POOL = '7XawhbbxtsRcQA8KTkHT9f9nc6d69UwqCDh6U5EEbEmX';

/** One thing that happens. */
export type StormStep =
  | { readonly kind: 'pass'; readonly slots: number }
  | {
      readonly kind: 'row';
      readonly address: string;
      readonly what: 'trade' | 'noise' | 'failed';
      /** Bits of the nodes that list it late. */
      readonly lateOn: number;
      /** Whether no node has the transaction that the lists name. */
      readonly isLost: boolean;
    }
  | { readonly kind: 'burst'; readonly count: number; readonly trades: number }
  | { readonly kind: 'act'; readonly type: ActType; readonly force: boolean; readonly change: ConfigChange }
  | { readonly kind: 'lose' | 'find' | 'push'; readonly which: number }
  | { readonly kind: 'push what is gone'; readonly which: number }
  | { readonly kind: 'forget' | 'forget cursor' | 'timeless'; readonly which: number; readonly node: number }
  | { readonly kind: 'fork'; readonly which: number; readonly landsAgain: boolean }
  | { readonly kind: 'faults'; readonly address: number; readonly fault: CallFault; readonly calls: number }
  | { readonly kind: 'lag'; readonly node: number; readonly slots: number }
  | { readonly kind: 'clock'; readonly skewMs: number; readonly isSuspect: boolean }
  | {
      readonly kind: 'answers get lost';
      readonly of: 'store' | 'ledger';
      readonly when: 'onSend' | 'onReply';
      readonly afterWrites: number;
    }
  | {
      readonly kind: 'ambush';
      readonly of: 'store' | 'ledger';
      readonly afterWrites: number;
      readonly by: readonly StormStep[];
      readonly dies: boolean;
    }
  | { readonly kind: 'look' | 'settle' }
  | { readonly kind: 'take over'; readonly does: 'look' | 'settle' | null }
  | {
      readonly kind: 'interrupted';
      readonly work: 'look' | 'settle';
      readonly afterCalls: number;
      readonly by: readonly StormStep[];
      readonly dies: boolean;
    };

const which = fc.nat(60);
const node = fc.nat(8);

const change = fc.oneof(
  fc.record({ durationMs: fc.constantFrom(30_000, 60_000, 90_000) }),
  fc.record({ rules: fc.constantFrom(DEFAULT_RULES, { ...DEFAULT_RULES, minAmount: '6' }) }),
  fc.record({ rules: fc.constant({ ...DEFAULT_RULES, mode: 'EXTEND' as const, extendByMs: 8_000 }) }),
);

const kind = <K extends string>(...kinds: readonly [K, ...K[]]): fc.Arbitrary<K> => fc.constantFrom(...kinds);

const takingOver = fc.record({
  kind: kind('take over'),
  does: fc.constantFrom(null, 'look' as const, 'settle' as const, 'settle' as const),
});

/** Which write, of Redis up to more than a look and a settling take together. */
const ofWrite = fc.oneof(
  { weight: 2, arbitrary: fc.record({ of: fc.constant('store' as const), afterWrites: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ of: fc.constant('ledger' as const), afterWrites: fc.nat(1) }) },
);

const chainSteps = (withActs: boolean): readonly fc.WeightedArbitrary<StormStep>[] => [
  { weight: 5, arbitrary: fc.record({ kind: kind('pass'), slots: fc.integer({ min: 1, max: 60 }) }) },
  // nobody reads for so long that a cursor which has gone too far leaves rows behind
  { weight: 2, arbitrary: fc.record({ kind: kind('pass'), slots: fc.integer({ min: 160, max: 400 }) }) },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: kind('row'),
      address: fc.constantFrom(MINT, MINT, POOL),
      what: fc.constantFrom('trade' as const, 'trade' as const, 'noise' as const, 'failed' as const),
      lateOn: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(255) }),
      isLost: fc.constantFrom(false, false, false, false, true),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('burst'),
      count: fc.integer({ min: 8, max: 70 }),
      trades: fc.integer({ min: 0, max: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind('push'), which }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('lose', 'find', 'push what is gone'), which }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: kind('forget', 'forget cursor', 'timeless'), which, node }),
  },
  { weight: 3, arbitrary: fc.record({ kind: kind('fork'), which, landsAgain: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('faults'),
      address: fc.nat(2),
      fault: fc.constantFrom(...CALL_FAULTS),
      calls: fc.integer({ min: 1, max: 8 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: kind('lag'), node, slots: fc.constantFrom(0, 0, 1, 3, 40, 90, 200) }),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(ofWrite, fc.constantFrom('onSend' as const, 'onReply' as const))
      .map(([write, when]) => ({ kind: 'answers get lost' as const, ...write, when })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind('clock'),
      skewMs: fc.integer({ min: -2_000, max: 2_500 }),
      isSuspect: fc.constantFrom(false, false, true),
    }),
  },
  ...(withActs
    ? [
        {
          weight: 1,
          arbitrary: fc.record({
            kind: kind('act'),
            type: fc.constantFrom<ActType>('RESET', 'PAUSE', 'RESUME', 'RESUME', 'CONFIGURE', 'CONFIGURE'),
            force: fc.boolean(),
            change,
          }),
        },
      ]
    : []),
  { weight: 1, arbitrary: takingOver },
];

const meanwhile = (withActs: boolean): fc.Arbitrary<StormStep[]> =>
  fc.array(fc.oneof(...chainSteps(withActs), { weight: 14, arbitrary: takingOver }), {
    minLength: 1,
    maxLength: 4,
  });

const readingSteps = (withActs: boolean, weight: number): readonly fc.WeightedArbitrary<StormStep>[] => [
  { weight: 3 * weight, arbitrary: fc.record({ kind: kind('look', 'settle') }) },
  {
    weight,
    arbitrary: fc.record({
      kind: kind('interrupted'),
      work: fc.constantFrom('look' as const, 'settle' as const),
      afterCalls: fc.nat(14),
      by: meanwhile(withActs),
      dies: fc.boolean(),
    }),
  },
  {
    weight,
    arbitrary: fc
      .tuple(ofWrite, meanwhile(withActs), fc.boolean())
      .map(([write, by, dies]) => ({ kind: 'ambush' as const, ...write, by, dies })),
  },
];

const stepsReadBy = (weight: number): fc.Arbitrary<StormStep[]> =>
  fc.array(fc.oneof(...chainSteps(true), ...readingSteps(true, weight)), { minLength: 10, maxLength: 120 });

/** What happens, in order; in some storms much of it before anybody reads. */
export const stormSteps = fc.oneof(stepsReadBy(3), stepsReadBy(1));

/** What a storm goes over. */
export const storms: fc.Arbitrary<Omit<StormChoice, 'completeness' | 'commitment'>> = fc.record({
  addresses: fc.oneof(
    fc.constantFrom([2], [3]),
    fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
  ),
  liar: fc.nat(1),
  thinNodes: fc.constantFrom(0, 0b001, 0b010, 0b1001),
  disorderSlots: fc.constantFrom(0, 0, 0, 4, 8),
  pageRows: fc.constantFrom(1_000, 1_000, 60, 10, 4, 4),
  faultShare: fc.constantFrom(0, 0, 0.02, 0.1, 0.3),
  seed: fc.nat(),
  pools: fc.constantFrom([], [POOL]),
});

/** Lets one step happen. */
export async function perform(world: StormyWorld, step: StormStep): Promise<void> {
  switch (step.kind) {
    case 'look':
      await world.dare(() => world.look());
      return;
    case 'settle':
      await world.dare(() => world.settle());
      return;
    case 'take over':
      await world.dare(() => world.takeOver());
      if (step.does !== null) await perform(world, { kind: step.does });
      return;
    case 'ambush':
      ambush(world, step);
      return;
    case 'interrupted':
      await interrupted(world, step);
      return;
    default:
      await happen(world, step);
  }
}

type Happening = Exclude<
  StormStep,
  { readonly kind: 'look' | 'settle' | 'take over' | 'ambush' | 'interrupted' }
>;

async function happen(world: StormyWorld, step: Happening): Promise<void> {
  const { chain, timers, timer } = world;
  switch (step.kind) {
    case 'pass':
      world.passSlots(step.slots);
      return;
    case 'row': {
      const row = chain.add(addressOf(world, step.address), step.what === 'failed');
      if (step.what === 'noise') chain.noise.add(row.signature);
      if (step.isLost) world.lose(row);
      chain.endpoints.forEach((_, index) => {
        if (((step.lateOn >> index) & 1) === 1) world.hide(row, index);
      });
      return;
    }
    case 'burst':
      burst(world, step);
      return;
    case 'act':
      await world.dare(() => timers.resolveAbandoned(timer.id));
      await world.dare(() =>
        timers.act(timer.id, step.type === 'CONFIGURE' ? step : { ...step, change: {} }),
      );
      return;
    case 'faults': {
      const address = world.addresses[step.address % world.addresses.length];
      address?.faults.push(...Array.from({ length: step.calls }, () => step.fault));
      return;
    }
    case 'lag': {
      const endpoint = chain.endpoints[step.node % chain.endpoints.length];
      if (endpoint !== undefined) endpoint.lagSlots = step.slots;
      return;
    }
    case 'clock':
      world.skewMs = step.skewMs;
      world.isSuspect = step.isSuspect;
      return;
    case 'answers get lost':
      loseAnswer(world, step);
      return;
    case 'fork':
      await world.fork(step.which, step.landsAgain);
      return;
    default:
      await disturb(world, step);
  }
}

async function interrupted(
  world: StormyWorld,
  { work, afterCalls, by, dies }: Extract<StormStep, { readonly kind: 'interrupted' }>,
): Promise<void> {
  world.interrupt({
    afterCalls,
    act: async () => {
      if (dies) world.die();
      for (const one of by) await perform(world, one);
    },
  });
  await world.dare(() => (work === 'look' ? world.look() : world.settle()));
  world.interrupt({ afterCalls: Infinity, act: () => Promise.resolve() });
  if (dies) await world.dare(() => world.takeOver());
}

async function disturb(
  world: StormyWorld,
  step: Exclude<Extract<Happening, { readonly which: number }>, { readonly kind: 'fork' }>,
): Promise<void> {
  const { chain } = world;
  const rows = step.kind === 'push what is gone' ? chain.gone : chain.rows;
  const at = rows.length - 1 - (step.which % Math.max(1, rows.length));
  const row = rows[at];
  if (row === undefined) return;
  switch (step.kind) {
    case 'lose':
      world.lose(row);
      return;
    case 'find':
      world.findSome(1 + (step.which % 4));
      return;
    case 'push':
    case 'push what is gone':
      // a body holds several, some of them more than once
      await world.dare(() => world.pushAll([row, ...rows.slice(at, at + (step.which % 4))]));
      return;
    case 'forget':
      world.hide(row, step.node);
      return;
    case 'forget cursor': {
      const cursors = (await world.timers.reading(world.timer.id))?.cursors ?? [];
      const named = chain.rows.find(({ signature }) =>
        cursors.some((cursor) => cursor.signature === signature),
      );
      if (named !== undefined) world.hide(named, step.node);
      return;
    }
    case 'timeless':
      chain.endpoints[step.node % chain.endpoints.length]?.timeless.add(row.signature);
  }
}

/** Mostly failed transactions, so that a list has several pages. */
function burst(world: StormyWorld, { count, trades }: Extract<StormStep, { readonly kind: 'burst' }>): void {
  for (let at = 0; at < count; at += 1) {
    const isTrade = at % Math.ceil(count / (trades + 1)) === 1;
    world.chain.add(MINT, !isTrade);
    if (at % 20 === 0) world.passSlots(1);
  }
}

function loseAnswer(
  world: StormyWorld,
  { of, when, afterWrites: after }: Extract<StormStep, { readonly kind: 'answers get lost' }>,
): void {
  world.onWrite({ of, when, after }, () => {
    throw new LostAnswer();
  });
}

/** Something happens just before a write arrives, whenever that is; a leader that dies of it writes nothing any more. */
function ambush(
  world: StormyWorld,
  { of, afterWrites: after, by, dies }: Extract<StormStep, { readonly kind: 'ambush' }>,
): void {
  world.onWrite({ of, when: 'onSend', after }, async () => {
    if (dies) world.die();
    for (const one of by) await perform(world, one);
    if (!dies) return;
    await world.dare(() => world.takeOver());
    throw new LostAnswer();
  });
}

function addressOf({ timer }: StormyWorld, address: string): string {
  return timer.pools.includes(address) ? address : MINT;
}
