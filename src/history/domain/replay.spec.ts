import fc from 'fast-check';
import { newTimer, T0, TimerLab, tradeAt, watermarkAt } from '../../../test/support/timer-lab';
import type { ActRequest } from '../../timer/domain/acts';
import { compareEntries } from '../../timer/domain/fold';
import { DEFAULT_RULES } from '../../timer/domain/timer';
import type { Trade } from '../../timer/domain/trade';
import { differences } from './audit';
import { Replay } from './replay';

const LAST_SECOND = 300;
/** Nodes tell of a trade at most so late here; the watermark stays further behind. */
const LATEST_FIND_SEC = 10;
const WATERMARK_BEHIND_SEC = 13;

const trades = fc
  .uniqueArray(
    fc.record({
      second: fc.integer({ min: 1, max: LAST_SECOND }),
      delay: fc.integer({ min: 0, max: LATEST_FIND_SEC }),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      amountRaw: fc.constantFrom('1', '1000000', '5000000'),
    }),
    { maxLength: 25, selector: ({ second }) => second },
  )
  .map((drawn) =>
    drawn.map(({ second, delay, ...rest }) => ({
      foundSecond: second + delay,
      trade: tradeAt(second, rest),
    })),
  );

const acts = fc.array(
  fc.record({
    second: fc.integer({ min: 1, max: LAST_SECOND }),
    type: fc.constantFrom('RESET' as const, 'PAUSE' as const, 'RESUME' as const, 'CONFIGURE' as const),
    force: fc.boolean(),
    change: fc.constantFrom(
      { durationMs: 25_000 },
      { rules: { ...DEFAULT_RULES, sides: ['BUY' as const] } },
      { rules: { ...DEFAULT_RULES, mode: 'EXTEND' as const, extendByMs: 8_000 } },
      { tokenAddress: 'So11111111111111111111111111111111111111112' },
      { tokenAddress: tradeAt(0).mint },
    ),
  }),
  { maxLength: 8 },
);

interface Found {
  readonly foundSecond: number;
  readonly trade: Trade;
}

interface Asked extends Pick<ActRequest, 'type' | 'force' | 'change'> {
  readonly second: number;
}

/** Plays everything second by second and reads the chain on the way, as the service does. */
function play(found: readonly Found[], asked: readonly Asked[]) {
  const lab = new TimerLab(newTimer({ durationMs: 30_000 }));
  const origin = lab.log.state.base;
  for (let second = 1; second <= LAST_SECOND + LATEST_FIND_SEC; second += 1) {
    for (const { foundSecond, trade } of found) if (foundSecond === second) lab.find([trade], second);
    for (const { second: at, type, ...rest } of asked) if (at === second) lab.act(type, second, rest);
    if (second % 7 === 0) lab.settle(watermarkAt(Math.max(0, second - WATERMARK_BEHIND_SEC)));
  }
  lab.settle(watermarkAt(LAST_SECOND + 10_000));
  return { lab, origin };
}

describe('a replay', () => {
  it('gives the rounds that the service has ended, from trades and acts alone, in batches of any size', () => {
    fc.assert(
      fc.property(trades, acts, fc.integer({ min: 1, max: 9 }), (found, asked, size) => {
        const { lab, origin } = play(found, asked);
        const replay = new Replay(origin, lab.acts);
        const inOrder = found
          .map(({ trade }) => ({
            kind: 'trade' as const,
            trade: { ...trade, round: null, movedDeadline: false, isWaiting: false },
          }))
          .sort(compareEntries)
          .map(({ trade }) => trade);
        const computed = [];
        for (let at = 0; at < inOrder.length; at += size)
          computed.push(...replay.add(inOrder.slice(at, at + size)));
        computed.push(...replay.finish((round) => lab.ends.some((end) => end.round === round)));
        expect(differences(lab.ends, computed)).toEqual([]);
        expect(computed.length).toBe(lab.ends.length);
      }),
      { numRuns: 400 },
    );
  });

  it('sees what was recorded otherwise', () => {
    const { lab, origin } = play(
      [
        { foundSecond: 10, trade: tradeAt(10) },
        { foundSecond: 20, trade: tradeAt(20) },
      ],
      [],
    );
    const computed = new Replay(origin, []);
    const folded = [10, 20].map((second) => ({
      ...tradeAt(second),
      ...{ round: null, movedDeadline: false, isWaiting: false },
    }));
    const ends = [...computed.add(folded), ...computed.finish(() => true)];
    const [end] = lab.ends;
    if (end === undefined) throw new Error('no round has ended');
    expect(end.endedAtMs).toBe(T0 + 50_000);
    expect(differences([end], ends)).toEqual([]);
    expect(
      differences([{ ...end, winner: 'somebody', endedAtMs: 1 }], ends).map(({ field }) => field),
    ).toEqual(['endedAtMs', 'winner']);
    expect(differences([], ends)).toEqual([
      { round: 1, field: 'end', recorded: null, computed: T0 + 50_000 },
    ]);
    expect(differences([{ ...end, round: 9 }], [])).toMatchObject([
      { round: 9, field: 'end', computed: null },
    ]);
  });
});
