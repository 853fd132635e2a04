import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TrustProxy } from '../limits/client-address';

/** What an id from outside may look like, so that it does no harm in a log. */
const USABLE = /^[\w.:-]{1,64}$/;

/** Kept on the request itself: a map with a request as its key would cost more than everything else here. */
const NAME = Symbol('request id');

type Named = Pick<IncomingMessage, 'headers' | 'socket'>;

/** Names a request for all logs and traces: as a trusted proxy in front of us named it (`X-Request-Id`), else anew. */
export function nameRequest(request: Named, trusts: TrustProxy): string {
  const id = givenRequestId(request, trusts) ?? newRequestId();
  Reflect.set(request, NAME, id);
  return id;
}

/** How a trusted proxy in front of us has named a request; null where none has. */
export function givenRequestId({ headers, socket }: Named, trusts: TrustProxy): string | null {
  const given = headers['x-request-id'];
  if (typeof given !== 'string' || !USABLE.test(given)) return null;
  return trusts(socket.remoteAddress ?? '', 0) ? given : null;
}

/** The name of a request; one that nobody has named yet is named now. */
export function requestIdOf(request: object): string {
  const known: unknown = Reflect.get(request, NAME);
  if (typeof known === 'string') return known;
  const id = newRequestId();
  Reflect.set(request, NAME, id);
  return id;
}

/** A name for something that nobody outside has named. */
export function newRequestId(): string {
  return randomUUID();
}

/** The names of several requests as one field of a log line. */
export function requestIdField(requestIds: readonly string[]): { readonly requestId?: string } {
  return requestIds.length === 0 ? {} : { requestId: requestIds.join(' ') };
}
