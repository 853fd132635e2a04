import { csrfHeaders } from './csrf';

describe('csrfHeaders', () => {
  it.each([
    ['darwin-timer-csrf=abc', 'abc'],
    ['other=1; __Host-darwin-timer-csrf=d-e_f; last=2', 'd-e_f'],
  ])('takes the token of %s', (cookies, token) => {
    expect(csrfHeaders(cookies)).toEqual({ 'x-csrf-token': token });
  });

  it.each(['', 'other=1', 'not-darwin-timer-csrf=abc', 'darwin-timer-csrf='])(
    'sends nothing for "%s"',
    (cookies) => {
      expect(csrfHeaders(cookies)).toEqual({});
    },
  );
});
