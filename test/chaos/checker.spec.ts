import type { LogLine } from '../../src/history/domain/log-lines';
import type { FoldedTrade } from '../../src/timer/domain/trade';
import { newTimer, T0, TimerLab, tradeAt, watermarkAt } from '../support/timer-lab';
import { check } from './checker';
import type { History, SeenBy, ToldEnd, ToldState } from './history';

const GOOD = goodHistory();

/** A round that ends, one that is reset, paused and resumed, and two who watch; told by the rules themselves. */
function goodHistory(): History {
  const lab = new TimerLab(newTimer());
  const trades = [5, 20, 100, 110].map((second) => tradeAt(second));
  const origin = lab.log.state.base;
  lab.find(trades.slice(0, 3), 101);
  lab.settle(watermarkAt(100));
  lab.find(trades.slice(3), 111);
  for (const [type, second] of [['RESET', 112] as const, ['PAUSE', 113] as const, ['RESUME', 115] as const])
    lab.act(type, second, { reason: `${type} please` });
  const { current } = lab;
  const last = { round: current.round, lastTrade: trades[3]?.signature ?? null, status: 'RUNNING' };
  const states: ToldState[] = [
    { ...told(0, 1), deadline: T0 + 60_000, lastTrade: null },
    { ...told(5_000, 2), deadline: T0 + 65_000, lastTrade: trades[0]?.signature ?? null },
    { ...told(116_000, 9), ...last, deadline: current.deadlineMs },
    { ...told(130_000, 10), ...last, deadline: current.deadlineMs },
  ];
  const signatures = trades.map(({ signature }) => signature);
  const ends = lab.ends.map(({ round, endedAtMs, winner, isVoid }) => ({
    ...{ round, endedAt: endedAtMs, winner, isVoid },
  }));
  const keys = signatures.map((one) => `${one}:0`);
  return {
    log: [
      { kind: 'timer', timerId: 'global', origin },
      ...lab.acts.map((act): LogLine => ({ kind: 'act', act })),
      ...lab.ends.map((end): LogLine => ({ kind: 'end', end })),
      ...trades.map((trade): LogLine => ({ kind: 'trade', trade: unfolded(trade) })),
    ],
    chain: trades.map(({ signature, blockTimeMs }) => ({ signature, blockTimeMs })),
    kept: new Map(signatures.map((one) => [one, 1])),
    viewers: [
      { name: 'ann', states, trades: keys, ends },
      { name: 'ben', states: states.slice(1).map(later), trades: keys.slice(2), ends: [] },
    ],
    orders: [
      { reason: 'RESET please', outcome: 'done' },
      { reason: 'PAUSE please', outcome: 'unknown' },
      { reason: 'too late', outcome: 'refused' },
      { reason: 'who knows', outcome: 'unknown' },
    ],
    accepted: new Set(['RESET please', 'PAUSE please', 'RESUME please']),
    looks: [{ round: 1, isThere: true }],
    hasLostWrites: false,
    calm: {
      ...{ fromMs: 120_000, toMs: 140_000, withinMs: 1_000 },
      shared: states.slice(2),
      trades: signatures.slice(3),
    },
  };
}

function told(atMs: number, revision: number): ToldState {
  return { atMs, epoch: 1, revision, status: 'RUNNING', round: 1, deadline: null, lastTrade: null };
}

function unfolded(trade: ReturnType<typeof tradeAt>): FoldedTrade {
  return { ...trade, round: null, movedDeadline: false, isWaiting: false };
}

function later(state: ToldState): ToldState {
  return { ...state, atMs: state.atMs + 300 };
}

/** The history with one viewer's part of it changed. */
function withAnn(change: (ann: SeenBy) => Partial<SeenBy>, history = GOOD): History {
  const [ann, ...others] = history.viewers;
  if (ann === undefined) throw new Error('nobody watches');
  return { ...history, viewers: [{ ...ann, ...change(ann) }, ...others] };
}

function withEnds(change: (ends: readonly ToldEnd[]) => readonly ToldEnd[]): History {
  return withAnn(({ ends }) => ({ ends: change(ends) }));
}

function withLog(change: (line: LogLine) => readonly LogLine[]): History {
  return { ...GOOD, log: GOOD.log.flatMap(change) };
}

function withLastState(change: Partial<ToldState>): History {
  return withAnn(({ states }) => ({
    states: states.map((state, at) => (at === states.length - 1 ? { ...state, ...change } : state)),
  }));
}

const WINNER = tradeAt(20).trader;
const LAST = tradeAt(110).signature;

const TRADES_KEPT = 'each trade of the chain is in the history once';
const TRADES_TOLD = 'nobody is told a trade twice';
const CALM_TOLD = 'in calm everybody is told every trade';
const NEVER_BACK = 'nobody sees (epoch, revision) go back';
const SAME = 'the same (epoch, revision) is the same state for all';
const FOLDED = 'rounds, deadlines and winners are what the fold gives';
const ONCE = 'a round ends once';
const DURABLE = 'an end is durable before it is told';
const ORDERS = 'what was answered to an admin holds';
const CALM = 'in calm nobody differs from the shared state for long';

const WRONG: readonly (readonly [what: string, rule: string, history: History, finding: string])[] = [
  [
    'a trade that was never recorded',
    TRADES_KEPT,
    { ...GOOD, kept: new Map([...GOOD.kept].slice(0, 3)) },
    `${LAST} is on the chain and not in the history`,
  ],
  [
    'a trade that was recorded twice',
    TRADES_KEPT,
    { ...GOOD, kept: new Map([...GOOD.kept, [LAST, 2]]) },
    `${LAST} has 2 rows`,
  ],
  [
    'a trade that the chain does not hold',
    TRADES_KEPT,
    { ...GOOD, kept: new Map([...GOOD.kept, ['sig-invented', 1]]) },
    'sig-invented is in the history alone',
  ],
  [
    'a trade that was found after its round was closed',
    TRADES_KEPT,
    { ...GOOD, log: [...GOOD.log, { kind: 'late', trade: 'sig-invented:0' }] },
    'sig-invented:0 was found too late to count',
  ],
  [
    'a trade that was told twice',
    TRADES_TOLD,
    withAnn(({ trades }) => ({ trades: [...trades, `${LAST}:0`] })),
    `ann was told ${LAST}:0 more than once`,
  ],
  [
    'a trade of calm times that was not told',
    CALM_TOLD,
    withAnn(({ trades }) => ({ trades: trades.slice(0, 3) })),
    `ann was not told ${LAST}`,
  ],
  [
    'a revision that goes back',
    NEVER_BACK,
    withAnn(({ states }) => ({ states: [...states, ...states.slice(2, 3)] })),
    'ann saw (1, 9) after (1, 10)',
  ],
  [
    'a revision that rises while the epoch goes back',
    NEVER_BACK,
    withAnn(({ states }) => ({ states: states.map((one, at) => (at === 0 ? { ...one, epoch: 2 } : one)) })),
    'ann saw (1, 2) after (2, 1)',
  ],
  [
    'two deadlines under one revision',
    SAME,
    withLastState({ deadline: T0 }),
    `deadline ${T0}, last trade ${LAST} for ann`,
  ],
  [
    'a recorded winner that is not the last trader',
    FOLDED,
    withLog((line) =>
      line.kind === 'end' ? [{ ...line, end: { ...line.end, winner: 'somebody' } }] : [line],
    ),
    `round 1: winner is somebody and should be ${WINNER}`,
  ],
  [
    'a round that ended although a trade had saved it',
    FOLDED,
    withLog((line) =>
      line.kind === 'timer' ? [line, { kind: 'trade', trade: unfolded(tradeAt(60)) }] : [line],
    ),
    `round 1: endedAtMs is ${T0 + 80_000} and should be`,
  ],
  [
    'a shared deadline that the fold does not give',
    FOLDED,
    { ...GOOD, calm: { ...GOOD.calm, shared: GOOD.calm.shared.map((one) => ({ ...one, deadline: T0 })) } },
    `the deadline is ${T0} and should be`,
  ],
  [
    'a paused timer that should run',
    FOLDED,
    {
      ...GOOD,
      calm: { ...GOOD.calm, shared: GOOD.calm.shared.map((one) => ({ ...one, status: 'PAUSED' })) },
    },
    'the timer is PAUSED in round 2 and should be RUNNING in round 2',
  ],
  ['no timer', FOLDED, withLog((line) => (line.kind === 'timer' ? [] : [line])), 'there is no timer'],
  [
    'two ends of one round in Postgres',
    ONCE,
    withLog((line) => (line.kind === 'end' ? [line, line] : [line])),
    'round 1 has two ends',
  ],
  [
    'an end that was told twice',
    ONCE,
    withEnds((ends) => [...ends, ...ends]),
    'ann was told twice that round 1 ended',
  ],
  [
    'a round that is missing between two ends',
    ONCE,
    withLog((line) => (line.kind === 'end' ? [line, { ...line, end: { ...line.end, round: 3 } }] : [line])),
    'round 3 does not follow the one before it',
  ],
  [
    'an end that Postgres did not have when it was told',
    DURABLE,
    { ...GOOD, looks: [...GOOD.looks, { round: 1, isThere: false }] },
    'the end of round 1 was told and not in Postgres',
  ],
  [
    'an end that Postgres never had',
    DURABLE,
    withEnds((ends) => ends.map((end) => ({ ...end, round: 2 }))),
    'ann was told that round 2 ended, Postgres was not',
  ],
  [
    'an end that is another in Postgres',
    DURABLE,
    withEnds((ends) => ends.map((end) => ({ ...end, winner: 'somebody' }))),
    'ann was told another end of round 1 than Postgres has',
  ],
  [
    'a timer that was shown expired without an end',
    DURABLE,
    withLastState({ status: 'EXPIRED' }),
    'ann saw round 2 over, and it has no end in Postgres',
  ],
  [
    'an acknowledged change that is lost',
    ORDERS,
    { ...GOOD, accepted: new Set(['PAUSE please', 'RESUME please']) },
    '"RESET please" was acknowledged and is lost',
  ],
  [
    'a refused change that is in force',
    ORDERS,
    { ...GOOD, accepted: new Set([...GOOD.accepted, 'too late']) },
    '"too late" was refused and is in force',
  ],
  [
    'a viewer that shows the newest state late',
    CALM,
    withLastState({ atMs: 132_500 }),
    'ann did not show (1, 10) for 2500 ms',
  ],
  [
    'a viewer that never shows it',
    CALM,
    withAnn(({ states }) => ({ states: states.slice(0, 3) })),
    'ann did not show (1, 10) for ever',
  ],
  [
    'a viewer that is behind when calm returns',
    CALM,
    withAnn(({ states }) => ({ states: [...states.slice(0, 2), ...states.slice(3)] })),
    'ann did not show (1, 9) for 10000 ms',
  ],
  ['nobody who saw the shared state', CALM, { ...GOOD, calm: { ...GOOD.calm, shared: [] } }, 'never seen'],
];

describe('the checker of histories', () => {
  it('finds nothing in a history that is as it should be', async () => {
    const { isExplained, findings } = await check(GOOD);
    expect(Object.entries(findings).filter(([, found]) => found.length > 0)).toEqual([]);
    expect(isExplained).toBe(true);
    expect(GOOD.log.filter(({ kind }) => kind === 'end')).toHaveLength(1);
  });

  it.each(WRONG)('finds %s', async (_what, rule, history, finding) => {
    const { isExplained, findings } = await check(history);
    expect(isExplained).toBe(false);
    expect(findings[rule]?.join('\n')).toContain(finding);
  });

  it('has a wrong history for every rule', async () => {
    const { findings } = await check(GOOD);
    expect(new Set(WRONG.map(([, rule]) => rule))).toEqual(new Set(Object.keys(findings)));
  });

  it('lets what was told of lost writes be told again, and a trade from before the timer be missing', async () => {
    const again = withAnn(({ trades, ends }) => ({
      trades: [...trades, ...trades],
      ends: [...ends, ...ends],
    }));
    const chain = [...GOOD.chain, { signature: 'sig-before', blockTimeMs: T0 }];
    const { findings } = await check({ ...again, chain, hasLostWrites: true });
    expect(Object.values(findings).flat()).toEqual([]);
  });
});
