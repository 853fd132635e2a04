import { MODES, modeWords } from './mode-words';

const bounds = MODES.map((mode, index) => ({
  mode,
  minMs: 10_000 * (index + 1),
  maxMs: 60_000 * (index + 1),
}));

describe('modeWords', () => {
  it('tells how late a trade may be seen, by the bounds in force', () => {
    expect(modeWords('BALANCED', bounds)).toBe(
      'The default. Looks every 30 s to 3 min, so a trade is seen at most 3 min late, and always before a round ends.',
    );
  });

  it('says what a mode is like where its bounds are not known', () => {
    expect(modeWords('ULTRA', [])).toBe('As often as is sensible.');
  });
});
