import { Disagreement } from './disagreement';

const shown = (revision: number, deadlineMs: number | null) => ({
  id: 'global',
  epoch: 1,
  revision,
  deadlineMs,
});

describe('Disagreement', () => {
  it('tells other deadlines of the same revision at once', () => {
    const { compare } = new Comparing();
    expect(compare(shown(5, 60_000), [shown(5, 60_000)], 0)).toBe(0);
    expect(compare(shown(5, 60_000), [shown(5, 60_000), shown(5, 61_500)], 0)).toBe(1.5);
  });

  it('gives an instance that is behind ten seconds', () => {
    const { compare } = new Comparing();
    expect(compare(shown(6, 90_000), [shown(5, 60_000)], 0)).toBe(0);
    expect(compare(shown(6, 90_000), [shown(5, 60_000)], 9_999)).toBe(0);
    expect(compare(shown(6, 90_000), [shown(5, 60_000)], 10_000)).toBe(30);
  });

  it('leaves what is ahead to the one that is ahead', () => {
    const { compare } = new Comparing();
    compare(shown(5, 60_000), [], 0);
    expect(compare(shown(5, 60_000), [shown(6, 90_000)], 20_000)).toBe(0);
  });

  it('tells paused from running', () => {
    const { compare } = new Comparing();
    expect(compare(shown(5, null), [shown(5, null)], 0)).toBe(0);
    expect(compare(shown(5, null), [shown(5, 60_000)], 0)).toBeGreaterThan(1_000);
  });
});

class Comparing {
  private readonly disagreement = new Disagreement();

  readonly compare = (own: ReturnType<typeof shown>, others: ReturnType<typeof shown>[], atMs: number) =>
    this.disagreement.compare([own], others, atMs).get('global');
}
