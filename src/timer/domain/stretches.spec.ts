import { newTimer, T0, TimerLab, tradeAt, watermarkAt } from '../../../test/support/timer-lab';
import { decidingSlots, learn, retract } from './reading';
import { stretchAt, stretchesOf } from './stretches';
import { tradeKey } from './trade';
import { isCompleteUpTo, NOTHING_UNFETCHED, unfetchedAfter, unfetchedWith } from './unfetched';
import { MAX_LEARNED, watchedAfter, watchedByReader } from './watched';

const at = (second: number): number => T0 + second * 1000;
const kinds = (lab: TimerLab, closeBefore = -Infinity) =>
  stretchesOf(lab.log, closeBefore).map(
    ({ kind, toMs }) => `${kind} ${toMs === Infinity ? 'on' : (toMs - T0) / 1000}`,
  );

describe('stretchesOf', () => {
  it('has one question open while a round runs, and none behind its deadline', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(10)], 11);
    expect(kinds(lab)).toEqual(['IDLE 0', 'OPEN 70', 'LATER on']);
    expect(stretchesOf(lab.log, -Infinity)[1]?.decidedSlot).toBe(tradeAt(10).slot);
  });

  it('asks who opens the next round once the deadline may be closed', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(100)], 101);
    expect(kinds(lab)).toEqual(['IDLE 0', 'OPEN 60', 'LATER on']);
    expect(kinds(lab, at(90))).toEqual(['IDLE 0', 'OPEN 60', 'BETWEEN 100', 'OPEN 160', 'LATER on']);
    expect(kinds(lab, at(200))).toEqual(['IDLE 0', 'OPEN 60', 'BETWEEN 100', 'OPEN 160', 'BETWEEN on']);
  });

  it('is cut by every act: what came before one is decided for itself', () => {
    const lab = new TimerLab();
    lab.act('CONFIGURE', 20, { change: { durationMs: 30_000 } });
    expect(kinds(lab)).toEqual(['IDLE 0', 'OPEN 20', 'IDLE 20', 'OPEN 60', 'LATER on']);
    lab.act('PAUSE', 40);
    expect(kinds(lab).slice(-3)).toEqual(['OPEN 40', 'IDLE 40', 'IDLE on']);
  });

  it('holds a round open up to an act that belongs to it', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(30)], 31);
    lab.act('RESET', 80);
    lab.log = { ...lab.log, tail: lab.log.tail.filter((entry) => entry.kind === 'act') };
    expect(kinds(lab, at(500))).toEqual(['IDLE 0', 'OPEN 60', 'IDLE 80', 'OPEN 140', 'BETWEEN on']);
  });

  it('decides nothing while an act is being written', () => {
    const lab = new TimerLab();
    const act = { id: 'x', type: 'PAUSE', atMs: at(5), actor: 'a', reason: null, change: {} } as const;
    const reserved = { ...act, effect: { kind: 'PAUSE', round: 1 } as const };
    lab.log = { ...lab.log, state: { ...lab.log.state, reserved } };
    expect(kinds(lab)).toEqual(['IDLE 0', 'LATER on']);
  });

  it('gives the very slot of the opener to the round that it opens', () => {
    const lab = new TimerLab();
    const opener = tradeAt(100);
    lab.find([opener], 101);
    const stretches = stretchesOf(lab.log, at(90));
    const kindAt = (slot: number) => stretchAt(stretches, { blockTimeMs: opener.blockTimeMs, slot }).kind;
    expect([kindAt(opener.slot - 1), kindAt(opener.slot), kindAt(opener.slot + 1)]).toEqual([
      'BETWEEN',
      'OPEN',
      'OPEN',
    ]);
  });
});

describe('retract', () => {
  it('undoes what a trade did, tells history that it counts nowhere, and lets it count again', () => {
    const lab = new TimerLab();
    const gone = tradeAt(50, { signature: 'gone' });
    lab.find([tradeAt(10), gone], 51);
    expect(lab.deadline).toBe(110);
    const change = retract(lab.log, [tradeKey(gone)], at(60));
    expect(change?.state.current.deadlineMs).toBe(at(70));
    expect(change?.state.current.lastTrade?.signature).toBe(tradeAt(10).signature);
    expect(change?.trades).toMatchObject([{ signature: 'gone', round: null, movedDeadline: false }]);
    expect(change).toMatchObject({ drop: ['gone:0'], forgotten: ['gone:0'], isVisible: true, events: [] });
  });

  it('leaves what is settled, unknown, or part of a round that is closing', () => {
    const lab = new TimerLab();
    lab.find([tradeAt(10)], 11);
    const keys = [tradeKey(tradeAt(10))];
    expect(retract(lab.log, ['nobody:0'], at(12))).toBeNull();
    const { state } = lab.log;
    const settled = { ...lab.log, state: { ...state, watermark: watermarkAt(20) } };
    expect(retract(settled, keys, at(30))).toBeNull();
    lab.settle(watermarkAt(30));
    expect(retract(lab.log, keys, at(31))).toBeNull();
  });
});

describe('decidingSlots', () => {
  const pair = (second: number, round: number | null) =>
    ['a', 'b'].map((name) => ({
      kind: 'trade' as const,
      trade: {
        ...tradeAt(second, { signature: `${name}${second}`, blockIndex: null }),
        round,
        movedDeadline: false,
        isWaiting: round === null,
      },
    }));

  it('names the slot that may hold the winner, and slots of trades that wait', () => {
    const tail = [...pair(10, 1), ...pair(20, 1), ...pair(90, null)];
    expect(decidingSlots(tail, Infinity)).toEqual([tradeAt(20).slot, tradeAt(90).slot]);
    expect(decidingSlots(tail, tradeAt(15).slot)).toEqual([tradeAt(10).slot]);
  });

  it('needs no order where one transaction holds all of them, or it is known', () => {
    const [one] = pair(10, 1);
    if (one === undefined) throw new Error('no trade');
    const known = pair(30, 2).map((entry) => ({ ...entry, trade: { ...entry.trade, blockIndex: 1 } }));
    expect(decidingSlots([one, { ...one, trade: { ...one.trade, index: 1 } }, ...known], Infinity)).toEqual(
      [],
    );
  });
});

describe('watched addresses', () => {
  const { state } = new TimerLab(newTimer({ pools: ['given'] })).log;

  it('are learned up to a limit, never the mint, and never twice', () => {
    const many = Array.from({ length: 20 }, (_, number) => `pool ${number}`);
    const watched = watchedByReader(state, {
      add: ['given', state.current.tokenAddress, ...many, ...many],
      remove: [],
    });
    expect(watched?.learned).toEqual(many.slice(0, MAX_LEARNED));
    expect(watched?.pools).toEqual(['given', ...many.slice(0, MAX_LEARNED)]);
    expect(watchedByReader(state, { add: ['given'], remove: ['given', 'unknown'] })).toBeNull();
  });

  it('that were learned are dropped again; what an admin names becomes his', () => {
    const learned = { ...state, pools: ['given', 'a', 'b'], learned: ['a', 'b'] };
    expect(watchedByReader(learned, { add: [], remove: ['a', 'given'] })).toEqual({
      pools: ['given', 'b'],
      learned: ['b'],
    });
    const named = watchedAfter(learned, { watch: { add: ['b', 'c'], remove: ['given'] } });
    expect(named).toEqual({ pools: ['a', 'b', 'c'], learned: ['a'] });
  });

  it('end with the token', () => {
    expect(watchedAfter(state, { tokenAddress: 'other' })).toEqual({ pools: [], learned: [] });
    expect(watchedAfter(state, { tokenAddress: state.current.tokenAddress })).toMatchObject({
      pools: ['given'],
    });
  });

  it('change visibly, without an event', () => {
    const lab = new TimerLab();
    expect(learn(lab.log, { add: ['pool'], remove: [] }, at(5))).toMatchObject({
      isVisible: true,
      events: [],
    });
    const act = lab.act('CONFIGURE', 6, { change: { watch: { add: ['named'], remove: [] } } });
    expect(act).toMatchObject({ effect: { kind: 'RULES' } });
    expect(lab.log.state.pools).toEqual(['named']);
    expect(lab.events.map(({ type }) => type)).toEqual(['CONFIGURED']);
  });
});

describe('what was passed over', () => {
  it('belongs to the round that it lies in', () => {
    const state = unfetchedWith(NOTHING_UNFETCHED, { count: 2, firstMs: 50, lastMs: 90 });
    expect(isCompleteUpTo(NOTHING_UNFETCHED, 40)).toBe(true);
    expect([isCompleteUpTo(state, 40), isCompleteUpTo(state, 50)]).toEqual([true, false]);
    expect(unfetchedAfter(state, 90)).toEqual(NOTHING_UNFETCHED);
    expect(unfetchedAfter(state, 60)).toEqual({ unfetched: 2, unfetchedSpan: { firstMs: 61, lastMs: 90 } });
    expect(unfetchedWith(state, null)).toEqual(state);
    expect(unfetchedWith(state, { count: 1, firstMs: 10, lastMs: 20 })).toEqual({
      unfetched: 3,
      unfetchedSpan: { firstMs: 10, lastMs: 90 },
    });
  });
});
