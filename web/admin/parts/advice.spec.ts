import { adviceFor } from './advice';

describe('adviceFor', () => {
  it.each([
    ['UNAUTHENTICATED', /Sign in again/],
    ['CONFLICT', /Nothing has changed/],
    ['SERVICE_UNAVAILABLE', /when they are back/],
    ['CONNECTION', /not known/],
    ['SOMETHING_NEW', /docs\/errors\.md/],
  ])('says what to do about %s', (code, words) => {
    expect(adviceFor({ code, message: '', retryAfterMs: null }).what).toMatch(words);
  });

  it.each([
    [90_000, 'Nothing has changed. Try again in 1 min.'],
    [20, 'Nothing has changed. Try again in 1 s.'],
    [null, 'Nothing has changed. Try again in a while.'],
  ])('tells when to come back after RATE_LIMITED (%s)', (retryAfterMs, words) => {
    expect(adviceFor({ code: 'RATE_LIMITED', message: '', retryAfterMs }).what).toBe(words);
  });
});
