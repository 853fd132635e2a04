import fc from 'fast-check';
import { newTimer, T0, TimerLab, tradeAt, watermarkAt } from '../../../test/support/timer-lab';
import type { ActRequest } from './acts';
import type { NewTimer } from './new-timer';
import { retract } from './reading';
import { DEFAULT_RULES } from './timer';
import type { Act, RoundEnd, Watermark } from './timer';
import { tradeKey } from './trade';
import type { Trade } from './trade';

const RUNS = Number(process.env['FOLD_RUNS'] ?? 1_500);
const OTHER_MINT = 'So11111111111111111111111111111111111111112';
const CHAIN_SECONDS = 300;

interface AskedAct {
  readonly second: number;
  readonly type: ActRequest['type'];
  readonly force: boolean;
  readonly change: ActRequest['change'];
}

/** A trade that is found, and whose block the cluster then gives up. */
interface Ghost {
  readonly trade: Trade;
  readonly foundAt: number;
  readonly goneAt: number;
}

/** What happens to one run: when each trade is found, and when the watermark moves. */
interface Schedule {
  readonly ghosts: readonly Ghost[];
  readonly delays: readonly number[];
  readonly looks: readonly number[];
}

const trades = fc
  .array(
    fc.record({
      second: fc.integer({ min: 1, max: CHAIN_SECONDS }),
      place: fc.integer({ min: 0, max: 3 }),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      amountRaw: fc.constantFrom('1', '1000000', '5000000'),
      index: fc.integer({ min: 0, max: 1 }),
      mint: fc.constantFrom(undefined, undefined, OTHER_MINT),
    }),
    { maxLength: 25 },
  )
  .map((drawn) => {
    const byIdentity = new Map<string, Trade>();
    for (const { second, place, mint, ...rest } of drawn) {
      const slot = 1_000 + Math.round(second * 2.5);
      const signature = `sig-${slot}-${String((place * 7) % 4)}`;
      const trade = tradeAt(second, {
        ...rest,
        slot,
        signature,
        blockIndex: place,
        trader: `${signature}-${rest.index}`,
      });
      byIdentity.set(`${signature}:${rest.index}`, mint === undefined ? trade : { ...trade, mint });
    }
    return [...byIdentity.values()];
  });

const change = fc.oneof(
  fc.record({ durationMs: fc.constantFrom(10_000, 25_000, 40_000) }),
  fc.record({ rules: fc.constantFrom(DEFAULT_RULES, { ...DEFAULT_RULES, sides: ['BUY' as const] }) }),
  fc.record({
    rules: fc.constant({
      ...DEFAULT_RULES,
      mode: 'EXTEND' as const,
      extendByMs: 8_000,
      maxRemainingMs: 30_000,
    }),
  }),
  fc.record({ tokenAddress: fc.constantFrom(OTHER_MINT, tradeAt(0).mint) }),
);

const acts: fc.Arbitrary<readonly AskedAct[]> = fc.array(
  fc.record({
    second: fc.integer({ min: 1, max: CHAIN_SECONDS + 40 }),
    type: fc.constantFrom('RESET' as const, 'PAUSE' as const, 'RESUME' as const, 'CONFIGURE' as const),
    force: fc.boolean(),
    change,
  }),
  { maxLength: 8 },
);

const ghosts: fc.Arbitrary<readonly Ghost[]> = fc.array(
  fc
    .record({
      second: fc.integer({ min: 1, max: CHAIN_SECONDS }),
      number: fc.nat(3),
      delay: fc.integer({ min: 0, max: 20 }),
      life: fc.integer({ min: 1, max: 40 }),
    })
    .map(({ second, number, delay, life }) => ({
      trade: tradeAt(second, { signature: `ghost-${second}-${number}`, blockIndex: null }),
      foundAt: second + delay,
      goneAt: second + delay + life,
    })),
  { maxLength: 5 },
);

const schedule = (length: number): fc.Arbitrary<Schedule> =>
  fc.record({
    ghosts,
    delays: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: length, maxLength: length }),
    looks: fc.array(fc.integer({ min: 1, max: CHAIN_SECONDS + 80 }), { maxLength: 40 }),
  });

const timers: fc.Arbitrary<NewTimer> = fc
  .record({
    durationMs: fc.constantFrom(15_000, 30_000),
    mode: fc.constantFrom('RESET' as const, 'EXTEND' as const),
    isPaused: fc.boolean(),
    minAmount: fc.constantFrom('0', '0.5'),
  })
  .map(({ durationMs, mode, isPaused, minAmount }) =>
    newTimer({ durationMs, isPaused, rules: { ...DEFAULT_RULES, mode, minAmount, extendByMs: 5_000 } }),
  );

const worlds = fc.tuple(timers, trades, acts).chain(([timer, chain, asked]) =>
  fc.record({
    timer: fc.constant(timer),
    chain: fc.constant(chain),
    asked: fc.constant(asked),
    first: schedule(chain.length),
    second: schedule(chain.length),
  }),
);

/** The highest watermark that can be honest at `second`: 13 s behind, below every trade not found, or not given up, yet. */
function honestWatermark(
  chain: readonly Trade[],
  foundAt: readonly number[],
  { ghosts: given }: Schedule,
  second: number,
): Watermark {
  const hidden = chain.filter((_, position) => (foundAt[position] ?? 0) > second).map((trade) => trade.slot);
  const alive = given.filter(({ goneAt }) => goneAt >= second).map(({ trade }) => trade.slot);
  const finalized = watermarkAt(Math.max(0, second - 13));
  const slot = Math.min(finalized.slot, ...[...hidden, ...alive].map((below) => below - 1));
  return slot === finalized.slot
    ? finalized
    : { slot, blockTimeMs: T0 + Math.floor((slot - 1_000) / 2.5) * 1000 };
}

interface Run {
  readonly ends: readonly RoundEnd[];
  readonly last: unknown;
  readonly accepted: readonly Act[];
  readonly late: number;
}

function giveUp(lab: TimerLab, trade: Trade, second: number): void {
  const gone = retract(lab.log, [tradeKey(trade)], T0 + second * 1000);
  if (gone === null) return;
  lab.take(gone);
  for (const key of gone.forgotten) lab.counted.delete(key);
}

/** Lets time pass: trades are found, acts asked for, the chain read, each at its second; then calm returns. */
function run(
  timer: NewTimer,
  chain: readonly Trade[],
  plan: Schedule,
  asked: readonly AskedAct[],
  given: readonly Act[],
): Run {
  const lab = new TimerLab(timer);
  for (const act of given) lab.replay(act);
  const foundAt = chain.map(
    (trade, position) => (trade.blockTimeMs - T0) / 1000 + (plan.delays[position] ?? 0),
  );
  const steps = [
    ...chain.map((trade, position) => ({
      second: foundAt[position] ?? 0,
      rank: 0,
      go: (s: number) => lab.find([trade], s),
    })),
    ...plan.ghosts.flatMap(({ trade, foundAt: at, goneAt }) => [
      { second: at, rank: 0, go: (s: number) => lab.find([trade], s) },
      { second: goneAt, rank: 0, go: (s: number) => giveUp(lab, trade, s) },
    ]),
    ...asked.map((act) => ({ second: act.second, rank: 1, go: (s: number) => lab.act(act.type, s, act) })),
    ...plan.looks.map((second) => ({
      second,
      rank: 2,
      go: (s: number) => lab.settle(honestWatermark(chain, foundAt, plan, s)),
    })),
  ].sort((a, b) => a.second - b.second || a.rank - b.rank);
  for (const step of steps) step.go(step.second);
  lab.settle(watermarkAt(CHAIN_SECONDS + 10_000));
  const { phase, round, startedAtMs, deadlineMs, remainingMs, lastTrade, counts, lastEndMs } = lab.current;
  return {
    ends: [...lab.ends].sort((a, b) => a.round - b.round),
    last: { phase, round, startedAtMs, deadlineMs, remainingMs, lastTrade, counts, lastEndMs },
    accepted: lab.acts,
    late: lab.events.filter((event) => event.type === 'LATE_TRADE').length,
  };
}

const essence = ({ round, startedAtMs, endedAtMs, isVoid, winner }: RoundEnd) => ({
  round,
  startedAtMs: isVoid ? null : startedAtMs,
  endedAtMs,
  isVoid,
  winner,
});

describe('the order property', () => {
  it('gives the same rounds, deadlines and winners in every order and timing of discovery, whatever is given up meanwhile', () => {
    let rounds = 0;
    let actsSeen = 0;
    let given = 0;
    fc.assert(
      fc.property(worlds, ({ timer, chain, asked, first, second }) => {
        const lived = run(timer, chain, first, asked, []);
        const again = run(timer, chain, second, [], lived.accepted);
        const atOnce = run(
          timer,
          chain,
          { delays: chain.map(() => 0), looks: [], ghosts: [] },
          [],
          lived.accepted,
        );
        rounds += lived.ends.length;
        actsSeen += lived.accepted.length;
        given += first.ghosts.length;
        expect(lived.late + again.late + atOnce.late).toBe(0);
        expect(again.ends.map(essence)).toEqual(lived.ends.map(essence));
        expect(atOnce.ends.map(essence)).toEqual(lived.ends.map(essence));
        expect(again.last).toEqual(lived.last);
        expect(atOnce.last).toEqual(lived.last);
      }),
      { numRuns: RUNS },
    );
    expect(rounds).toBeGreaterThan(RUNS);
    expect(actsSeen).toBeGreaterThan(RUNS / 2);
    expect(given).toBeGreaterThan(RUNS / 2);
  });

  it('numbers rounds without a gap, and lets no round overlap the next', () => {
    fc.assert(
      fc.property(worlds, ({ timer, chain, asked, first }) => {
        // an act may have ended a round that a trade opened which was then given up: its number stays
        const { ends } = run(timer, chain, { ...first, ghosts: [] }, asked, []);
        ends.forEach((end, position) => {
          expect(end.round).toBe(position + 1);
          const before = ends[position - 1];
          if (before !== undefined && !end.isVoid)
            expect(end.startedAtMs).toBeGreaterThanOrEqual(before.endedAtMs);
          expect(end.endedAtMs).toBeGreaterThanOrEqual(end.startedAtMs);
        });
      }),
      { numRuns: RUNS },
    );
  });
});
