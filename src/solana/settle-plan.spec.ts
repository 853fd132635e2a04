import { MINT } from '../../test/support/timer-lab';
import { MemoryTimerDoor, stateWith } from '../../test/support/memory-timer-door';
import { tradeAt } from '../../test/support/timer-lab';
import { SettlePlan } from './settle-plan';

const NOW = 1_800_000_000_000;

function planAt(monotonic: { ms: number }, random = 0): SettlePlan {
  const clock = { monotonicMs: () => monotonic.ms, random: () => random };
  return new SettlePlan({ commitment: 'finalized', marginMs: 2_000, timeoutMs: 60_000 }, clock);
}

const door = new MemoryTimerDoor(stateWith(MINT, NOW));
const tail = Array.from({ length: 500 }, (_, number) => ({
  kind: 'trade' as const,
  trade: { ...tradeAt(number), round: 1, movedDeadline: true, isWaiting: false },
}));
const reading = { state: door.state, cursors: [], tail };

describe('SettlePlan', () => {
  it('shortens a long tail while a round runs, and pauses after it', () => {
    const monotonic = { ms: 0 };
    const plan = planAt(monotonic);
    expect(plan.isDue({ ...reading, tail: tail.slice(1) }, false, NOW)).toBe(false);
    expect(plan.isDue(reading, false, NOW)).toBe(true);
    plan.settled({ tag: 'ok', state: door.state, newTrades: 0, lateTrades: 0 });
    monotonic.ms = 14_999;
    expect(plan.isDue(reading, false, NOW)).toBe(false);
    monotonic.ms = 15_000;
    expect(plan.isDue(reading, false, NOW)).toBe(true);
  });

  it.each([
    [0, 1, 0],
    [0.5, 1, 500],
    [0.5, 3, 2_000],
    [0.999, 99, 14_985],
  ])('waits after failures with full jitter: %d of what doubles with each, %d times', (random, times, ms) => {
    const monotonic = { ms: 0 };
    const plan = planAt(monotonic, random);
    for (let failure = 0; failure < times; failure += 1) plan.failed();
    monotonic.ms = Math.max(0, ms - 1);
    expect(plan.isDue(reading, true, NOW + 3_600_000)).toBe(ms === 0);
    monotonic.ms = ms;
    expect(plan.isDue(reading, true, NOW + 3_600_000)).toBe(true);
  });

  it('leaves a long tail alone while pushes wait, but never a deadline', () => {
    const plan = planAt({ ms: 0 });
    expect(plan.isDue(reading, false, NOW, true)).toBe(false);
    expect(plan.isDue(reading, true, NOW + 3_600_000, true)).toBe(true);
  });
});
