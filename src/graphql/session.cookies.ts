import { isIP } from 'node:net';

/** Name and value of each cookie of a request. */
export type Cookies = ReadonlyMap<string, string>;

const SESSION = 'darwin-timer-session';
const CSRF = 'darwin-timer-csrf';
const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/i;
const LOOPBACK_ADDRESS = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i;

/**
 * Whether a browser talks to this very computer, by the name it asked for and by where it comes from; only there cookies
 * go without TLS.
 */
export function isLocal(hostname: string | undefined, address: string | undefined): boolean {
  return LOOPBACK.test(hostname ?? '') && isIP(address ?? '') !== 0 && LOOPBACK_ADDRESS.test(address ?? '');
}

/** The cookies of a `Cookie` header; of two with one name the first. */
export function readCookies(header: string | readonly string[] | undefined): Cookies {
  const text = typeof header === 'string' ? header : (header ?? []).join('; ');
  const cookies = new Map<string, string>();
  for (const part of text.split(';')) {
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim();
    if (at > 0 && !cookies.has(name)) cookies.set(name, part.slice(at + 1).trim());
  }
  return cookies;
}

/** The session's token among the cookies. */
export function sessionTokenOf(cookies: Cookies, isHere: boolean): string | undefined {
  return cookies.get(nameOf(SESSION, isHere));
}

/**
 * `Set-Cookie` lines that open a session: its token, which no script can read, and the token that a page of ours reads
 * and sends as `x-csrf-token`.
 */
export function openingCookies(
  { token, csrfToken, lastsMs }: { token: string; csrfToken: string; lastsMs: number },
  isHere: boolean,
): string[] {
  const age = `Max-Age=${Math.floor(lastsMs / 1000)}`;
  return [
    cookie(`${nameOf(SESSION, isHere)}=${token}`, `${age}; HttpOnly`, isHere),
    cookie(`${nameOf(CSRF, isHere)}=${csrfToken}`, age, isHere),
  ];
}

/** `Set-Cookie` lines that end a session in the browser. */
export function closingCookies(isHere: boolean): string[] {
  return [SESSION, CSRF].map((name) => cookie(`${nameOf(name, isHere)}=`, 'Max-Age=0', isHere));
}

/** The prefix makes browsers refuse the cookie from another host of the domain, and without TLS. */
function nameOf(name: string, isHere: boolean): string {
  return isHere ? name : `__Host-${name}`;
}

function cookie(pair: string, attributes: string, isHere: boolean): string {
  return `${pair}; Path=/; ${attributes}; SameSite=Strict${isHere ? '' : '; Secure'}`;
}
