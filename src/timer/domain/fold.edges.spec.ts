import { newTimer, T0, TimerLab, tradeAt, watermarkAt } from '../../../test/support/timer-lab';
import { judgeAct, reserve } from './acts';
import { addTrades, advance } from './change';
import { fold } from './fold';
import { DEFAULT_RULES } from './timer';
import type { Act, LogEntry } from './timer';
import type { Trade } from './trade';

const at = (second: number): number => T0 + second * 1000;
const OTHER = 'So11111111111111111111111111111111111111112';

function entryOf(trade: Trade): LogEntry {
  return { kind: 'trade', trade: { ...trade, round: null, movedDeadline: false, isWaiting: false } };
}

function actOf(effect: Act['effect'], second: number): LogEntry {
  const act: Act = {
    id: 'act',
    type: 'RESET',
    atMs: at(second),
    actor: 'a',
    reason: null,
    effect,
    change: {},
  };
  return { kind: 'act', act };
}

describe('edges of the fold', () => {
  it('a trade of the very instant in which a round was ended void is history only', () => {
    const lab = new TimerLab();
    lab.act('RESET', 95, { force: true });
    expect(lab.current.lastEndMs).toBe(at(95));
    const { outcomes } = fold(lab.current, [entryOf(tradeAt(95))]);
    expect([...outcomes.values()]).toMatchObject([{ round: null, isWaiting: false }]);
  });

  it('a base that is paused still counts a trade of the instant of the pause, and none after it', () => {
    const lab = new TimerLab();
    lab.act('PAUSE', 20);
    const { state, outcomes } = fold(lab.current, [entryOf(tradeAt(20)), entryOf(tradeAt(21))]);
    expect([...outcomes.values()].map(({ round }) => round)).toEqual([1, null]);
    expect(state).toMatchObject({ phase: 'PAUSED', remainingMs: 60_000, counts: { trades: 1 } });
  });

  it('a trade that is found behind a base does not win over a later one in it', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(40)], 41);
    const { state } = fold(lab.current, [entryOf(tradeAt(20))]);
    expect(state.lastTrade?.slot).toBe(tradeAt(40).slot);
    expect(state.counts.trades).toBe(2);
  });

  it('a pause keeps no time below 0, where the round turns out to have been over before it', () => {
    const lab = new TimerLab();
    lab.settle(watermarkAt(70));
    lab.find([tradeAt(200)], 201);
    lab.act('PAUSE', 250);
    expect(lab.current.remainingMs).toBe(10_000);
    lab.find([tradeAt(130)], 251);
    expect(lab.current).toMatchObject({ phase: 'PAUSED', remainingMs: 0, startedAtMs: at(130) });
  });

  it('trades that a moved round leaves behind wait no more, and history is told so', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(70)], 71);
    lab.act('RESET', 75, { force: true });
    const told = lab.changes.flatMap(({ trades }) => trades).filter(({ slot }) => slot === tradeAt(70).slot);
    expect(told.map(({ isWaiting, round }) => ({ isWaiting, round }))).toEqual([
      { isWaiting: true, round: null },
      { isWaiting: false, round: null },
    ]);
  });

  it('a token change while expired moves the end up to which nothing opens', () => {
    const lab = new TimerLab();
    lab.settle(watermarkAt(70));
    lab.act('CONFIGURE', 100, { change: { tokenAddress: OTHER } });
    expect(lab.current.lastEndMs).toBe(at(100));
  });

  it('an act of a round that is over changes nothing', () => {
    const lab = new TimerLab();
    lab.settle(watermarkAt(70));
    lab.find([tradeAt(80)], 81);
    expect(fold(lab.current, [actOf({ kind: 'SET', round: 1 }, 90)]).state).toEqual(lab.current);
  });
});

describe('edges of settling', () => {
  it('a trade of the exact deadline keeps its round when the round is closed', () => {
    const rules = { ...DEFAULT_RULES, mode: 'EXTEND' as const, maxRemainingMs: 0 };
    const lab = new TimerLab(newTimer({ rules }));
    lab.find([tradeAt(60)], 61);
    lab.settle(watermarkAt(300));
    const told = lab.changes.flatMap(({ trades }) => trades);
    expect(told.map(({ round }) => round)).toEqual([1]);
    expect(lab.ends).toMatchObject([
      { endedAtMs: at(60), winner: tradeAt(60).trader, counts: { trades: 1 } },
    ]);
    expect(lab.log.tail).toEqual([]);
  });

  it('a watermark between the deadline and the margin settles nothing: a trade of the deadline still saves the round', () => {
    const lab = new TimerLab();
    lab.settle(watermarkAt(61));
    lab.find([tradeAt(60)], 62);
    expect(lab.deadline).toBe(120);
    expect(lab.events.map(({ type }) => type)).toEqual(['RESET']);
  });

  it('a trade of the slot of the watermark itself is late, one of the next slot is not', () => {
    const lab = new TimerLab();
    const watermark = watermarkAt(20);
    lab.settle(watermark);
    lab.find([tradeAt(20, { slot: watermark.slot, signature: 'at' })], 21);
    lab.find([tradeAt(20, { slot: watermark.slot + 1, signature: 'behind' })], 22);
    expect(lab.events.map(({ type }) => type)).toEqual(['LATE_TRADE', 'RESET']);
    expect(lab.current.lastTrade?.signature).toBe('behind');
  });

  it('entries that wait stay in the tail, though an act behind them lets the round go on', () => {
    const lab = new TimerLab();
    lab.settle(watermarkAt(70));
    lab.find([tradeAt(200)], 201);
    lab.act('RESET', 250);
    lab.find([tradeAt(130)], 251);
    expect(advance(lab.log, watermarkAt(240), at(252))).toBeNull();
    lab.settle(watermarkAt(255));
    expect(lab.log.tail).toEqual([]);
    expect(lab.current).toMatchObject({ round: 2, deadlineMs: at(310) });
  });

  it('nothing settles while an act is reserved', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(10)], 11);
    const request = { id: 'x', type: 'PAUSE' as const, actor: 'a', reason: null, force: false, change: {} };
    const act = judgeAct(lab.log, request, at(15));
    if ('refusal' in act) throw new Error(act.refusal);
    const change = reserve(lab.log, act, at(15));
    const log = { state: change.state, tail: change.tail };
    expect(change.isVisible).toBe(false);
    expect(advance(log, watermarkAt(30), at(40))).toBeNull();
    expect(judgeAct(log, { ...request, id: 'y' }, at(16))).toMatchObject({ isBusy: true });
  });

  it('a trade of the instant in which the timer was made is history, not late', () => {
    const lab = new TimerLab(newTimer(), 100);
    const change = addTrades(lab.log, [tradeAt(100)], () => false, at(101));
    expect(change?.events).toEqual([]);
    expect(change?.trades).toMatchObject([{ round: null }]);
  });
});
