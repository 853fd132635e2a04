import { newTimer, T0, TimerLab, tradeAt, watermarkAt } from '../../../test/support/timer-lab';
import { DEFAULT_RULES, statusAt } from './timer';
import type { ResetRules } from './timer';

const at = (second: number): number => T0 + second * 1000;

function ruled(rules: Partial<ResetRules>): TimerLab {
  return new TimerLab(newTimer({ rules: { ...DEFAULT_RULES, ...rules } }));
}

describe('a trade at or before the deadline', () => {
  it('gives the full duration again from its block time', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(30)], 31);
    expect(lab.deadline).toBe(90);
  });

  it('counts when its block is from the exact deadline, and not one second later', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(60)], 70);
    expect(lab.deadline).toBe(120);
    lab.find([tradeAt(121)], 125);
    expect(lab.deadline).toBe(120);
    expect(lab.log.state.waitingTrades).toBe(1);
  });

  it('never lowers the deadline when it is found after a later one', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(40)], 41);
    lab.find([tradeAt(20)], 42);
    expect(lab.deadline).toBe(100);
    expect(lab.current.lastTrade?.slot).toBe(tradeAt(40).slot);
    expect(lab.current.counts).toMatchObject({ trades: 2, resets: 2 });
  });

  it('wins by chain order, not by what moved the deadline last', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(30, { slot: 1_075, signature: 'b', blockIndex: 9 })], 31);
    lab.find([tradeAt(30, { slot: 1_075, signature: 'c', blockIndex: 3 })], 32);
    expect(lab.current.lastTrade?.signature).toBe('b');
  });

  it('lies before the timer was made: it is history only', () => {
    const lab = new TimerLab(newTimer(), 100);
    lab.find([tradeAt(99)], 101);
    expect(lab.deadline).toBe(160);
    expect(lab.current.counts.trades).toBe(0);
    expect(lab.events).toEqual([]);
  });
});

describe('rules', () => {
  it.each([
    ['a sell where only buys count', { sides: ['BUY'] as const }, { side: 'SELL' as const }],
    ['an amount just below the minimum', { minAmount: '1.000001' }, { amountRaw: '1000000' }],
    ['another mint', {}, { mint: 'So11111111111111111111111111111111111111112' }],
  ])('let %s be history only', (_, rules, trade) => {
    const lab = ruled(rules);
    const change = lab.find([tradeAt(30, trade)], 31);
    expect(lab.deadline).toBe(60);
    expect(change?.trades).toMatchObject([{ round: null, movedDeadline: false, isWaiting: false }]);
    expect(change?.events).toEqual([]);
  });

  it('count an amount of exactly the minimum', () => {
    const lab = ruled({ minAmount: '1' });
    lab.find([tradeAt(30)], 31);
    expect(lab.deadline).toBe(90);
  });

  it('in EXTEND mode add a fixed time, at most up to the cap after the block time', () => {
    const lab = ruled({ mode: 'EXTEND', extendByMs: 30_000, maxRemainingMs: 70_000 });
    lab.find([tradeAt(10)], 11);
    expect(lab.deadline).toBe(80);
    lab.find([tradeAt(50)], 51);
    expect(lab.deadline).toBe(110);
    expect(lab.events.map((event) => event.type)).toEqual(['EXTENDED', 'EXTENDED']);
  });

  it('in EXTEND mode without a cap add the whole time', () => {
    const lab = ruled({ mode: 'EXTEND', extendByMs: 30_000 });
    lab.find([tradeAt(1)], 2);
    expect(lab.deadline).toBe(90);
  });

  it('changed at r hold for trades with a later block time only, and the present deadline stays', () => {
    const lab = new TimerLab();
    lab.act('CONFIGURE', 30, {
      change: { durationMs: 10_000, rules: { ...DEFAULT_RULES, sides: ['SELL'] } },
    });
    expect(lab.deadline).toBe(60);
    lab.find([tradeAt(30), tradeAt(50), tradeAt(55, { side: 'SELL' })], 56);
    expect(lab.deadline).toBe(90);
    expect(lab.current.counts.trades).toBe(2);
  });
});

describe('closing', () => {
  it('ends a round once, at its deadline, with the highest counted trade as winner', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(30)], 31);
    lab.settle(watermarkAt(92));
    expect(lab.ends).toEqual([]);
    lab.settle(watermarkAt(93));
    lab.settle(watermarkAt(120));
    expect(lab.ends).toMatchObject([
      { round: 1, endedAtMs: at(90), winner: tradeAt(30).trader, isVoid: false },
    ]);
    expect(lab.current).toMatchObject({ phase: 'EXPIRED', round: 1, lastEndMs: at(90) });
    expect(lab.current.lastTrade?.trader).toBe(tradeAt(30).trader);
  });

  it('has no winner where none traded', () => {
    const lab = new TimerLab();
    lab.settle(watermarkAt(63));
    expect(lab.ends).toMatchObject([{ round: 1, winner: null, lastTrade: null }]);
  });

  it('is prevented by a trade from before the deadline that is read after it', () => {
    const lab = new TimerLab();
    expect(statusAt(lab.log.state, at(61))).toBe('SETTLING');
    lab.find([tradeAt(59)], 70);
    lab.settle(watermarkAt(70));
    expect(lab.ends).toEqual([]);
    expect(statusAt(lab.log.state, at(71))).toBe('RUNNING');
    expect(lab.deadline).toBe(119);
  });

  it('lets a waiting trade open the next round from its block time, and the fold go on', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(65), tradeAt(80)], 81);
    expect(lab.log.state.waitingTrades).toBe(2);
    expect(lab.events).toEqual([]);
    lab.settle(watermarkAt(82));
    expect(lab.current).toMatchObject({
      phase: 'RUNNING',
      round: 2,
      startedAtMs: at(65),
      deadlineMs: at(140),
    });
    expect(lab.log.state.waitingTrades).toBe(0);
    expect(lab.events.map((event) => event.type)).toEqual(['EXPIRED', 'STARTED', 'RESET']);
  });

  it('closes round after round where one watermark has passed them all', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(70), tradeAt(200), tradeAt(400)], 401);
    lab.settle(watermarkAt(420));
    expect(lab.ends.map((end) => [end.round, end.endedAtMs])).toEqual([
      [1, at(60)],
      [2, at(130)],
      [3, at(260)],
    ]);
    expect(lab.current).toMatchObject({ round: 4, deadlineMs: at(460) });
  });

  it('makes a trade that is found behind it late: kept, told, and of no effect', () => {
    const lab = new TimerLab();
    lab.settle(watermarkAt(70));
    const change = lab.find([tradeAt(50)], 75);
    expect(change?.events.map((event) => event.type)).toEqual(['LATE_TRADE']);
    expect(change?.trades).toMatchObject([{ round: null, movedDeadline: false }]);
    expect(lab.current).toMatchObject({ phase: 'EXPIRED', round: 1, lastEndMs: at(60) });
    expect(lab.find([tradeAt(50)], 76)).toBeNull();
  });
});

describe('a reset by an admin', () => {
  it('sets the full duration from its time, and trades before it can still win the round', () => {
    const lab = new TimerLab();
    lab.act('RESET', 50);
    expect(lab.deadline).toBe(110);
    lab.find([tradeAt(40)], 52);
    expect(lab.deadline).toBe(110);
    expect(lab.current.lastTrade?.trader).toBe(tradeAt(40).trader);
  });

  it('is refused while settling, and forced ends the round void and opens the next', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(30)], 31);
    expect(lab.act('RESET', 95)).toContain('settling');
    lab.act('RESET', 95, { force: true });
    expect(lab.ends).toMatchObject([{ round: 1, isVoid: true, winner: null, endedAtMs: at(95) }]);
    lab.find([tradeAt(80)], 97);
    expect(lab.current).toMatchObject({
      phase: 'RUNNING',
      round: 2,
      startedAtMs: at(95),
      deadlineMs: at(155),
    });
    expect(lab.current.lastTrade).toBeNull();
  });

  it('makes trades that waited up to a forced reset history only', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(70)], 71);
    lab.act('RESET', 75, { force: true });
    expect(lab.log.state.waitingTrades).toBe(0);
    expect(lab.current).toMatchObject({ round: 2, counts: { trades: 0 } });
  });

  it('of an expired timer opens the next round, unless a trade that is found later did', () => {
    const lab = new TimerLab();
    lab.settle(watermarkAt(70));
    lab.act('RESET', 100);
    expect(lab.current).toMatchObject({ round: 2, startedAtMs: at(100), deadlineMs: at(160) });
    lab.find([tradeAt(90)], 101);
    expect(lab.current).toMatchObject({ round: 2, startedAtMs: at(90), deadlineMs: at(160) });
    expect(lab.current.lastTrade?.trader).toBe(tradeAt(90).trader);
  });

  it('of a paused timer gives the full duration without letting it run', () => {
    const lab = new TimerLab();
    lab.act('PAUSE', 20);
    lab.act('RESET', 30);
    expect(lab.current).toMatchObject({ phase: 'PAUSED', remainingMs: 60_000 });
  });

  it('keeps the round it was accepted in, though the round would have ended before by a trade found later', () => {
    const lab = new TimerLab();
    lab.settle(watermarkAt(70));
    lab.find([tradeAt(200)], 201);
    lab.act('RESET', 250);
    expect(lab.deadline).toBe(310);
    lab.find([tradeAt(130)], 251);
    expect(lab.current).toMatchObject({ round: 2, startedAtMs: at(130), deadlineMs: at(310) });
    expect(lab.current.counts.trades).toBe(1);
    expect(lab.log.state.waitingTrades).toBe(0);
  });
});

describe('pause and resume', () => {
  it('keep the remaining time', () => {
    const lab = new TimerLab();
    lab.act('PAUSE', 20);
    expect(lab.current).toMatchObject({ phase: 'PAUSED', remainingMs: 40_000 });
    lab.act('RESUME', 500);
    expect(lab.deadline).toBe(540);
  });

  it('count trades up to the pause, and move the kept time by them', () => {
    const lab = new TimerLab();
    lab.act('PAUSE', 20);
    lab.find([tradeAt(15)], 25);
    expect(lab.current).toMatchObject({ phase: 'PAUSED', remainingMs: 55_000 });
  });

  it('count no trade between them, whenever it is found', () => {
    const lab = new TimerLab();
    lab.act('PAUSE', 20);
    lab.find([tradeAt(30)], 31);
    lab.act('RESUME', 50);
    lab.find([tradeAt(40)], 52);
    expect(lab.current).toMatchObject({ phase: 'RUNNING', deadlineMs: at(90), counts: { trades: 0 } });
  });

  it('are refused in any other status, with the status named', () => {
    const lab = new TimerLab();
    expect(lab.act('RESUME', 10)).toContain('RUNNING');
    expect(lab.act('PAUSE', 61)).toContain('SETTLING');
    lab.settle(watermarkAt(70));
    expect(lab.act('PAUSE', 71)).toContain('EXPIRED');
  });
});

describe('a change of the token', () => {
  const other = 'So11111111111111111111111111111111111111112';

  it('ends the open round void and opens the next for the new token', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(10)], 11);
    lab.act('CONFIGURE', 30, { change: { tokenAddress: other } });
    expect(lab.ends).toMatchObject([{ round: 1, isVoid: true, endedAtMs: at(30), counts: { trades: 1 } }]);
    lab.find([tradeAt(40), tradeAt(41, { mint: other })], 42);
    expect(lab.current).toMatchObject({ round: 2, tokenAddress: other, deadlineMs: at(101) });
    expect(lab.current.counts.trades).toBe(1);
  });

  it('of a paused timer opens the next round paused with the full duration', () => {
    const lab = new TimerLab();
    lab.act('PAUSE', 20);
    lab.act('CONFIGURE', 30, { change: { tokenAddress: other } });
    expect(lab.current).toMatchObject({ round: 2, phase: 'PAUSED', remainingMs: 60_000 });
  });

  it('of an expired timer lets no trade of the old token open a round, whenever it is found', () => {
    const lab = new TimerLab();
    lab.settle(watermarkAt(70));
    lab.act('CONFIGURE', 100, { change: { tokenAddress: other } });
    lab.find([tradeAt(90)], 102);
    expect(lab.current).toMatchObject({ phase: 'EXPIRED', round: 1, tokenAddress: other });
  });
});

describe('the time of an act', () => {
  it('is after every trade of the log, even one whose block is ahead of the clock', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(30)], 25);
    const act = lab.act('RESET', 26);
    expect(act).toMatchObject({ atMs: at(30) + 1 });
  });
});
