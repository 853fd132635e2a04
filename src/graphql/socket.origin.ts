import type { IncomingMessage } from 'node:http';

/**
 * Whether a page of this `Origin` may open a socket: our own host's, or one that is allowed. Clients that are no
 * browsers send none and may; they cannot be tricked into acting for somebody.
 */
export function isOriginAllowed(
  request: Pick<IncomingMessage, 'headers'>,
  allowed: readonly string[],
): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (allowed.includes('*') || allowed.includes(origin)) return true;
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
