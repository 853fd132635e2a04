/** Without TLS, which only localhost does, cookies have no prefix. */
const COOKIE = /(?:^|;\s*)(?:__Host-)?darwin-timer-csrf=([^;]+)/;

/** The header that goes with every request of a session, from `document.cookie`; none where nobody is signed in. */
export function csrfHeaders(cookies: string): Readonly<Record<string, string>> {
  const token = COOKIE.exec(cookies)?.[1];
  return token === undefined ? {} : { 'x-csrf-token': token };
}
