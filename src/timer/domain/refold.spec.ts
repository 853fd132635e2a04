import fc from 'fast-check';
import { TimerLab, tradeAt, watermarkAt } from '../../../test/support/timer-lab';
import { foldDraft } from './refold';
import type { LogEntry } from './timer';
import type { Trade } from './trade';

/** What happens to a long log: trades near its end or far from it, acts, settling. */
type Happening =
  | { readonly kind: 'trades'; readonly back: readonly number[] }
  | { readonly kind: 'reset' | 'pause' | 'resume' | 'settle' };

const happenings = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('trades' as const),
        back: fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: fc.nat(400) }), {
          minLength: 1,
          maxLength: 30,
        }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('reset', 'pause', 'resume', 'settle') }) },
  ),
  { maxLength: 25 },
);

/** The same lab, which has lost everything that a fold could be taken up from. */
function forget(lab: TimerLab): void {
  lab.log = { state: structuredClone(lab.log.state), tail: structuredClone(lab.log.tail) };
}

function play(lab: TimerLab, plan: readonly Happening[], isForgetful: boolean): void {
  let number = 0;
  const trades = (back: readonly number[], second: number): Trade[] =>
    back.map((seconds) => {
      number += 1;
      const at = Math.max(1, second - seconds);
      return tradeAt(at, {
        signature: `sig-${String((number * 7_919) % 10_007)}`,
        trader: `trader-${number}`,
      });
    });
  lab.find(
    trades(
      Array.from({ length: 200 }, (_, position) => position / 10),
      40,
    ),
    40,
  );
  plan.forEach((step, position) => {
    if (isForgetful) forget(lab);
    const second = 41 + position * 10;
    if (step.kind === 'trades') lab.find(trades(step.back, second), second);
    else if (step.kind === 'settle') lab.settle(watermarkAt(second - 13));
    else if (step.kind === 'reset') lab.act('RESET', second);
    else lab.act(step.kind === 'pause' ? 'PAUSE' : 'RESUME', second);
  });
}

describe('a fold that is taken up again', () => {
  it('gives what a fold from the beginning gives, whatever happens to the log', () => {
    fc.assert(
      fc.property(happenings, (plan) => {
        const [lab, forgetful] = [new TimerLab(), new TimerLab()];
        play(lab, plan, false);
        play(forgetful, plan, true);
        expect(lab.changes).toEqual(forgetful.changes);
        expect(lab.log).toEqual(forgetful.log);
        expect(lab.ends).toEqual(forgetful.ends);
      }),
      { numRuns: 25 },
    );
  });

  it('begins near the first difference, and at the beginning where an act comes', () => {
    const lab = new TimerLab();
    const trades = Array.from({ length: 1_000 }, (_, number) =>
      tradeAt(1 + number / 50, { signature: `sig-${String(number).padStart(4, '0')}` }),
    );
    lab.find(trades, 30);
    const { log } = lab;
    const added = (entry: LogEntry): number =>
      foldDraft(log, { state: log.state, tail: [...log.tail, entry] }).from;
    const tradeEntry = (second: number): LogEntry => ({
      kind: 'trade',
      trade: {
        ...tradeAt(second, { signature: 'zzz' }),
        round: null,
        movedDeadline: false,
        isWaiting: false,
      },
    });
    expect(added(tradeEntry(25))).toBeGreaterThan(900);
    expect(added(tradeEntry(11))).toBeGreaterThan(400);
    expect(added(tradeEntry(11))).toBeLessThanOrEqual(500);
    const act = lab.act('RESET', 31);
    if (typeof act === 'string') throw new Error(act);
    expect(added({ kind: 'act', act })).toBe(0);
  });
});
