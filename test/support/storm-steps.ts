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
    }
  | { readonly kind: 'look' | 'settle' | 'take over' }
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

const chainSteps = (withActs: boolean): readonly fc.WeightedArbitrary<StormStep>[] => [
  { weight: 5, arbitrary: fc.record({ kind: kind('pass'), slots: fc.integer({ min: 1, max: 60 }) }) },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: kind('row'),
      address: fc.constantFrom(MINT, MINT, POOL),
      what: fc.constantFrom('trade' as const, 'trade' as const, 'noise' as const, 'failed' as const),
      lateOn: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(255) }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind('burst'),
      count: fc.integer({ min: 40, max: 120 }),
      trades: fc.integer({ min: 0, max: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind('push'), which }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('lose', 'find', 'push what is gone'), which }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: kind('forget', 'forget cursor', 'timeless'), which, node }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('fork'), which, landsAgain: fc.boolean() }) },
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
    weight: 1,
    arbitrary: fc.record({ kind: kind('lag'), node, slots: fc.constantFrom(0, 0, 1, 3, 40, 200) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind('answers get lost'),
      of: fc.constantFrom('store' as const, 'ledger' as const),
      when: fc.constantFrom('onSend' as const, 'onReply' as const),
    }),
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
  { weight: 1, arbitrary: fc.record({ kind: kind('take over') }) },
];

const readingSteps = (withActs: boolean): readonly fc.WeightedArbitrary<StormStep>[] => [
  { weight: 7, arbitrary: fc.record({ kind: kind('look', 'look', 'settle') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: kind('interrupted'),
      work: fc.constantFrom('look' as const, 'settle' as const),
      afterCalls: fc.nat(14),
      by: fc.array(fc.oneof(...chainSteps(withActs)), { minLength: 1, maxLength: 4 }),
      dies: fc.boolean(),
    }),
  },
];

/** What happens, in order. */
export const stormSteps = fc.array(fc.oneof(...chainSteps(true), ...readingSteps(true)), {
  minLength: 10,
  maxLength: 120,
});

/** What a storm goes over. */
export const storms: fc.Arbitrary<Omit<StormChoice, 'completeness' | 'commitment'>> = fc.record({
  addresses: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
  liar: fc.nat(1),
  disorderSlots: fc.constantFrom(0, 0, 0, 4, 8),
  pageRows: fc.constantFrom(1_000, 1_000, 60, 20, 4),
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
      return;
    case 'interrupted':
      await interrupted(world, step);
      return;
    default:
      await happen(world, step);
  }
}

type Happening = Exclude<StormStep, { readonly kind: 'look' | 'settle' | 'take over' | 'interrupted' }>;

async function happen(world: StormyWorld, step: Happening): Promise<void> {
  const { chain, timers, timer } = world;
  switch (step.kind) {
    case 'pass':
      world.passSlots(step.slots);
      return;
    case 'row': {
      const row = chain.add(addressOf(world, step.address), step.what === 'failed');
      if (step.what === 'noise') chain.noise.add(row.signature);
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
  { timers }: StormyWorld,
  { of, when }: Extract<StormStep, { readonly kind: 'answers get lost' }>,
): void {
  const server = of === 'store' ? timers.store : timers.ledger;
  server[when] = () => {
    server[when] = () => undefined;
    throw new LostAnswer();
  };
}

function addressOf({ timer }: StormyWorld, address: string): string {
  return timer.pools.includes(address) ? address : MINT;
}
