import { FAULTS, planOf } from './plan';

const HOUR_MS = 3_600_000;

describe('the plan of a campaign', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planOf(7, HOUR_MS)).toEqual(planOf(7, HOUR_MS));
    expect(planOf(7, HOUR_MS)).not.toEqual(planOf(8, HOUR_MS));
  });

  it('has every fault of a group once before one comes again, and one of a group at a time', () => {
    const { faults } = planOf(7, HOUR_MS);
    for (const group of ['process', 'chain', 'link'] as const) {
      const [planned, kinds] = [faults[group], FAULTS[group]];
      expect(new Set(planned.slice(0, kinds.length).map(({ kind }) => kind))).toEqual(new Set(kinds));
      planned.forEach(({ atMs, forMs }, at) => {
        expect(planned[at + 1]?.atMs ?? Infinity).toBeGreaterThan(atMs + forMs);
      });
    }
  });

  it('freezes an instance for longer than a lease lasts', () => {
    const frozen = planOf(7, HOUR_MS).faults.process.filter(({ kind }) => kind === 'freeze instance');
    expect(frozen.length).toBeGreaterThan(5);
    expect(Math.min(...frozen.map(({ forMs }) => forMs))).toBeGreaterThan(10_000);
  });

  it('leaves a round the time to end now and then, and is never quiet in a short run', () => {
    const gaps = (lengthMs: number): number[] => {
      const trades = planOf(7, lengthMs).deeds.filter(({ kind }) =>
        ['trade', 'burst', 'push'].includes(kind),
      );
      return trades.map(({ atMs }, at) => (trades[at + 1]?.atMs ?? atMs) - atMs);
    };
    expect(gaps(HOUR_MS).filter((ms) => ms > 95_000).length).toBeGreaterThan(10);
    expect(Math.max(...gaps(60_000))).toBeLessThan(60_000);
  });
});
