import { timerIdOf } from './timer-id';

describe('timerIdOf', () => {
  it.each([
    ['/', 'global'],
    ['/t/one-2', 'one-2'],
    ['/embed/one', 'one'],
    ['/t/one/', 'one'],
    ['/t/-one', 'global'],
    ['/other/one', 'global'],
  ])('of %s is %s', (path, id) => {
    expect(timerIdOf(path)).toBe(id);
  });
});
