import { routeOf } from './http.meter';

describe('routeOf', () => {
  it.each([
    ['/', '/'],
    ['/?id=global', '/'],
    ['/graphql?query=x', '/graphql'],
    ['/api/timer/stream?id=1', '/api/timer/stream'],
    ['/t/global', '/t/'],
    ['/embed/global?x', '/embed/'],
    ['/assets/main-3f2a.js', '/assets/'],
    ['/api/anything/else', 'other'],
    ['/wp-login.php', 'other'],
    ['//', 'other'],
  ])('counts %s as %s', (url, route) => {
    expect(routeOf(url)).toBe(route);
  });
});
