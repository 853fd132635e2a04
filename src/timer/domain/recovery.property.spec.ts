import fc from 'fast-check';
import { LivedWorld } from '../../../test/support/recovery-world';
import type { Crash, Plan } from '../../../test/support/recovery-world';
import { newTimer, tradeAt } from '../../../test/support/timer-lab';
import { DEFAULT_RULES } from './timer';
import type { NewTimer } from './new-timer';
import type { RoundEnd } from './timer';
import type { Trade } from './trade';

const RUNS = Number(process.env['FOLD_RUNS'] ?? 250);
const CHAIN_SECONDS = 300;

const extending = { ...DEFAULT_RULES, mode: 'EXTEND' as const, extendByMs: 8_000, maxRemainingMs: 40_000 };

const chainsOf = (minLength: number): fc.Arbitrary<readonly Trade[]> =>
  fc
    .uniqueArray(
      fc.record({
        second: fc.integer({ min: 1, max: CHAIN_SECONDS }),
        place: fc.integer({ min: 0, max: 2 }),
        side: fc.constantFrom('BUY' as const, 'SELL' as const),
        amountRaw: fc.constantFrom('1', '1000000', '5000000'),
      }),
      { minLength, maxLength: 30, selector: ({ second, place }) => second * 3 + place },
    )
    .map((drawn) =>
      drawn.map(({ second, place, ...rest }) => {
        const signature = `sig-${second}-${(place * 2) % 3}`;
        return tradeAt(second, { ...rest, signature, blockIndex: place, trader: signature });
      }),
    );

const asked = fc.array(
  fc.record({
    second: fc.integer({ min: 1, max: CHAIN_SECONDS + 40 }),
    type: fc.constantFrom('RESET' as const, 'PAUSE' as const, 'RESUME' as const, 'CONFIGURE' as const),
    force: fc.boolean(),
    change: fc.constantFrom(
      { durationMs: 12_000 },
      { durationMs: 40_000 },
      { rules: extending },
      { rules: { ...DEFAULT_RULES, sides: ['BUY' as const] } },
      { tokenAddress: 'So11111111111111111111111111111111111111112' },
      { tokenAddress: tradeAt(0).mint },
    ),
  }),
  { maxLength: 8 },
);

const planned = (timer: fc.Arbitrary<NewTimer>, pace: Pace): fc.Arbitrary<Plan> =>
  chainsOf(pace.fewestTrades).chain((chain) => {
    const delay = fc.integer({ min: 0, max: pace.longestDelay });
    return fc.record({
      timer,
      chain: fc.constant(chain),
      delays: fc.array(delay, { minLength: chain.length, maxLength: chain.length }),
      asked,
      looks: pace.looks,
    });
  });

interface Pace {
  readonly fewestTrades: number;
  readonly longestDelay: number;
  readonly looks: fc.Arbitrary<readonly number[]>;
}

const worlds = planned(
  fc.constantFrom(
    newTimer({ durationMs: 15_000, rules: DEFAULT_RULES }),
    newTimer({ durationMs: 30_000, rules: extending }),
  ),
  {
    fewestTrades: 0,
    longestDelay: 40,
    looks: fc.array(fc.integer({ min: 1, max: CHAIN_SECONDS + 80 }), { maxLength: 40 }),
  },
);

/** One long round that is settled all the time, so that what comes later comes behind a watermark. */
const settledWorlds = planned(fc.constant(newTimer({ durationMs: 120_000, rules: extending })), {
  fewestTrades: 20,
  longestDelay: 3,
  looks: fc.constant(Array.from({ length: 70 }, (_, look) => 5 * look + 1)),
});

const share = fc.double({ min: 0, max: 0.999, noNaN: true });

const crashes: fc.Arbitrary<Crash> = fc.record({
  at: share,
  redis: fc.option(share),
  postgres: share,
  isHoled: fc.boolean(),
});

const essence = ({ round, startedAtMs, endedAtMs, isVoid, winner }: RoundEnd) => ({
  round,
  startedAtMs: isVoid ? null : startedAtMs,
  endedAtMs,
  isVoid,
  winner,
});

describe('a recovery', () => {
  it('ends where a life without a loss ends, whatever was lost and whenever', () => {
    let [ends, changed] = [0, 0];
    fc.assert(
      fc.property(worlds, crashes, (plan, crash) => {
        const lived = new LivedWorld(plan);
        const expected = lived.outcome;
        const found = lived.after(crash);
        ends += expected.ends.length;
        changed += lived.lab.acts.length;
        expect(found.ends.map(essence)).toEqual(expected.ends.map(essence));
        expect(found.last).toEqual(expected.last);
      }),
      { numRuns: RUNS },
    );
    expect(ends).toBeGreaterThan(RUNS);
    expect(changed).toBeGreaterThan(RUNS / 2);
  });

  it('puts a trade that history was without in its place, however far all else was settled', () => {
    let holes = 0;
    fc.assert(
      fc.property(
        settledWorlds,
        fc.double({ min: 0.5, max: 1, noNaN: true }),
        share,
        (plan, at, postgres) => {
          const lived = new LivedWorld(plan);
          const found = lived.after({ at, postgres, redis: null, isHoled: true });
          holes += lived.holes;
          expect(found.ends.map(essence)).toEqual(lived.outcome.ends.map(essence));
          expect(found.last).toEqual(lived.outcome.last);
        },
      ),
      { numRuns: RUNS / 2 },
    );
    expect(holes).toBeGreaterThan(RUNS / 8);
  });

  it('lets the end of a round wait where history is without the trade that led to it', () => {
    const trade = (second: number): Trade =>
      tradeAt(second, { signature: `sig-${second}`, trader: `sig-${second}`, amountRaw: '1' });
    const lived = new LivedWorld({
      timer: newTimer({ durationMs: 15_000, rules: DEFAULT_RULES }),
      chain: [39, 172, 111, 121, 1].map(trade),
      delays: [0, 0, 21, 11, 0],
      asked: [{ second: 55, type: 'RESET', force: true, change: { durationMs: 12_000 } }],
      looks: [32],
    });
    const found = lived.after({ at: 0.588, redis: null, postgres: 0, isHoled: true });
    expect(lived.holes).toBe(1);
    expect(found.ends.map(essence)).toEqual(lived.outcome.ends.map(essence));
  });
});
