import { MINT, T0, tradeAt } from '../../../test/support/timer-lab';
import { DEFAULT_RULES } from '../../timer/domain/timer';
import { recordedRoundOf } from './backfill-place';
import type { PastAct, TimerPast } from './backfill-place';

const at = (second: number): number => T0 + second * 1000;
const act = (type: string, second: number, change: Partial<PastAct> = {}): PastAct => ({
  type,
  atMs: at(second),
  rules: null,
  tokenAddress: null,
  ...change,
});
const past = (acts: readonly PastAct[] = []): TimerPast => ({
  rounds: [
    { round: 1, startedAtMs: at(0), endedAtMs: at(60), isVoid: false },
    { round: 2, startedAtMs: at(70), endedAtMs: at(80), isVoid: true },
    { round: 3, startedAtMs: at(90), endedAtMs: at(150), isVoid: false },
  ],
  acts,
  rules: DEFAULT_RULES,
  tokenAddress: MINT,
});
const only = (side: 'BUY' | 'SELL') => ({ ...DEFAULT_RULES, sides: [side] });

describe('recordedRoundOf', () => {
  it.each([
    [0, 1],
    [60, 1],
    [61, null],
    [75, null],
    [90, 3],
    [151, null],
  ])('finds for second %s round %s', (second, round) => {
    expect(recordedRoundOf(tradeAt(second), past())).toBe(round);
  });

  it('leaves out what was made while the timer was paused', () => {
    const acts = [act('PAUSE', 20), act('RESUME', 40)];
    expect([20, 21, 40, 41].map((second) => recordedRoundOf(tradeAt(second), past(acts)))).toEqual([
      1,
      null,
      null,
      1,
    ]);
  });

  it('goes by the rules of the time, and by none where they are not known', () => {
    const acts = [
      act('CONFIGURE', 20, { rules: only('SELL') }),
      act('CONFIGURE', 100, { rules: only('BUY') }),
    ];
    expect([10, 30, 120].map((second) => recordedRoundOf(tradeAt(second), past(acts)))).toEqual([
      null,
      null,
      3,
    ]);
  });

  it('does not give the round of one token to a trade of another', () => {
    const acts = [act('CONFIGURE', 85, { tokenAddress: MINT })];
    expect(recordedRoundOf(tradeAt(30), past(acts))).toBeNull();
    expect(recordedRoundOf(tradeAt(100), past(acts))).toBe(3);
    expect(recordedRoundOf(tradeAt(100, { mint: 'another' }), past())).toBeNull();
  });
});
