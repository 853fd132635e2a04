import { closingCookies, isLocal, openingCookies, readCookies, sessionTokenOf } from './session.cookies';

describe('isLocal', () => {
  it.each([
    ['localhost', '127.0.0.1', true],
    ['panel.localhost', '::1', true],
    ['127.0.0.1', '::ffff:127.0.0.1', true],
    // a proxy on this computer that does not hand the name on
    ['localhost', '203.0.113.7', false],
    ['timer.example', '127.0.0.1', false],
    ['localhost.timer.example', '127.0.0.1', false],
    ['127.0.0.1.timer.example', '127.0.0.1', false],
    [undefined, '127.0.0.1', false],
    ['localhost', undefined, false],
  ])('of %s from %s is %s', (hostname, address, expected) => {
    expect(isLocal(hostname, address)).toBe(expected);
  });
});

describe('cookies', () => {
  const opened = { token: 'T', csrfToken: 'C', lastsMs: 60_900 };

  it('need TLS and this very host, except on this computer', () => {
    expect(openingCookies(opened, false)).toEqual([
      '__Host-darwin-timer-session=T; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure',
      '__Host-darwin-timer-csrf=C; Path=/; Max-Age=60; SameSite=Strict; Secure',
    ]);
    expect(openingCookies(opened, true)).toEqual([
      'darwin-timer-session=T; Path=/; Max-Age=60; HttpOnly; SameSite=Strict',
      'darwin-timer-csrf=C; Path=/; Max-Age=60; SameSite=Strict',
    ]);
  });

  it.each([true, false])('are read back and ended under the same names (local: %s)', (isHere) => {
    const header = openingCookies(opened, isHere)
      .map((line) => line.split(';')[0])
      .join('; ');
    expect(sessionTokenOf(readCookies(header), isHere)).toBe('T');
    expect(sessionTokenOf(readCookies(header), !isHere)).toBeUndefined();
    const [ended = ''] = closingCookies(isHere);
    expect(ended.split('=')[0]).toBe(openingCookies(opened, isHere)[0]?.split('=')[0]);
  });

  it.each([undefined, '', ';;', 'novalue', '=x', 'a=1; a=2', 'a="=b=c"'])('are read of %j', (header) => {
    const cookies = readCookies(header);
    expect([...cookies.keys()].every((name) => name === 'a')).toBe(true);
    if (header === 'a=1; a=2') expect(cookies.get('a')).toBe('1');
  });
});
