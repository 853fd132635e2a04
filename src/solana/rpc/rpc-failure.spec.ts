import { httpError, waitAskedFor } from './rpc-failure';

describe('Retry-After', () => {
  const waitMs = (header: string | null): number | null =>
    waitAskedFor(httpError({ endpoint: '1:test', method: 'getSlot' }, 429, header));

  it.each([
    ['no header', null, null],
    ['seconds', '7', 7_000],
    ['nothing that is a time', 'soon', null],
    ['more seconds than anybody waits', '999999', 600_000],
    ['more digits than a number has', '9'.repeat(400), 600_000],
    ['a date that is past', 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['a date in years', 'Fri, 01 Jan 2100 00:00:00 GMT', 600_000],
  ])('is understood: %s', (_, header, ms) => {
    expect(waitMs(header)).toBe(ms);
  });
});
