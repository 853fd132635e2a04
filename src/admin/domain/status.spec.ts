import { isAlive, wholeOf } from './status';
import type { Part } from './status';

const well: Part = { name: 'redis', health: 'healthy', problem: null };
const lost: Part = { name: 'postgres', health: 'unhealthy', problem: 'no answer in time' };

describe('wholeOf', () => {
  it.each([
    [[well], true, { health: 'healthy', problems: [] }],
    [[well, lost], true, { health: 'degraded', problems: ['postgres: no answer in time'] }],
    [
      [well, { ...lost, problem: null }],
      true,
      { health: 'degraded', problems: ['postgres: cannot be used'] },
    ],
    [[well], false, { health: 'unhealthy', problems: ['timers: no state is known'] }],
  ])('judges %j', (parts, hasTimers, expected) => {
    expect(wholeOf(parts, hasTimers)).toEqual(expected);
  });
});

describe('isAlive', () => {
  it('holds for ten seconds after a report', () => {
    expect([isAlive({ atMs: 0 }, 10_000), isAlive({ atMs: 0 }, 10_001)]).toEqual([true, false]);
  });
});
