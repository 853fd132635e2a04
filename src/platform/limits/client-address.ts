import type { IncomingMessage } from 'node:http';

/** Whether the proxy at `address`, `hop` steps away from us, may name the client before it. */
export type TrustProxy = (address: string, hop: number) => boolean;

/**
 * The client's address, seen through the proxies that are trusted; the same rule as Express has for `req.ip`, for
 * requests that never reach Express.
 */
export function clientAddress(request: IncomingMessage, trusts: TrustProxy): string {
  const header = request.headers['x-forwarded-for'];
  const named = (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((part) => part.trim());
  let address = request.socket.remoteAddress ?? 'unknown';
  let hop = 0;
  for (const before of named.reverse()) {
    if (before === '' || !trusts(address, hop)) break;
    address = before;
    hop += 1;
  }
  return address;
}
