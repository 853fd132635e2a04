import { placeOf } from './places';

describe('placeOf', () => {
  it.each([
    ['/admin', '', null],
    ['/admin/', '', null],
    ['/admin/timers', 'timers', null],
    ['/admin/timers/global', 'timers', 'global'],
  ])('finds the view of %s', (path, view, rest) => {
    const place = placeOf(path);
    expect(place?.view.path).toBe(view);
    expect(place?.rest).toBe(rest);
  });

  it.each(['/', '/t/global', '/admin/nowhere', '/admin/timers/a/b'])('finds none for %s', (path) => {
    expect(placeOf(path)).toBeNull();
  });
});
