import type { ActingCaller } from '../admin/domain/caller';
import type { AuthService, Presented } from '../admin/auth.service';
import { Bill } from '../platform/limits/bill';
import type { LimitedContext } from '../platform/limits/client-limit.guard';
import { requestIdOf } from '../platform/logging/request-id';
import { isLocal, readCookies, sessionTokenOf } from './session.cookies';
import { isOriginAllowed } from './socket.origin';

/** What resolvers and guards know of the caller, the same over HTTP and over a socket. */
export interface GraphqlContext extends LimitedContext {
  /** Who asks, looked at when it is first wanted; null: the public. @throws PublicError where what is shown is wrong */
  identify(): Promise<ActingCaller | null>;
  /** Names the request, or the socket that it came over, in logs and traces. */
  readonly requestId: string;
  /** The HTTP request; null over a socket. */
  readonly http: HttpSide | null;
}

/** What only a request over HTTP has. */
export interface HttpSide {
  readonly presented: Presented;
  /** Whether the browser talks to this very computer, where cookies need no TLS. */
  readonly isLocal: boolean;
  setCookies(cookies: readonly string[]): void;
}

/** What is read of an HTTP request and its answer. */
export interface HttpExchange {
  readonly req: {
    readonly method?: string | undefined;
    readonly query?: unknown;
    readonly body?: unknown;
    readonly ip?: string | undefined;
    readonly hostname?: string | undefined;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  };
  readonly res: {
    setHeader(name: string, value: string | number | readonly string[]): unknown;
  };
}

const MAX_USER_AGENT = 200;

/** The context of one operation over HTTP. */
export function httpContext(
  { req, res }: HttpExchange,
  auth: Pick<AuthService, 'identify'>,
  allowedOrigins: readonly string[],
): GraphqlContext {
  const { headers } = req;
  const clientAddress = req.ip ?? 'unknown';
  const isHere = isLocal(req.hostname, req.ip);
  const presented: Presented = {
    authorization: headers['authorization'],
    sessionToken: sessionTokenOf(readCookies(headers['cookie']), isHere),
    csrfToken: headers['x-csrf-token'],
    isOriginAllowed: isOriginAllowed(
      { headers: { origin: textOf(headers['origin']), host: textOf(headers['host']) } },
      allowedOrigins,
    ),
    origin: { address: clientAddress, userAgent: userAgentOf(headers['user-agent']), transport: 'http' },
  };
  return {
    identify: once(() => auth.identify(presented)),
    clientAddress,
    requestId: requestIdOf(req),
    bill: new Bill(),
    setHeader: (name, value) => void res.setHeader(name, value),
    http: {
      presented,
      isLocal: isHere,
      setCookies: (cookies) => void res.setHeader('set-cookie', cookies),
    },
  };
}

/** What names a socket; asked when the name is first wanted, since ten thousand that only listen need none. */
export interface Named {
  readonly requestId: string;
}

/** The context of one operation over a socket. @param again - looks at the caller of the socket as of now */
export function socketContext(
  again: () => Promise<ActingCaller | null>,
  clientAddress: string,
  socket: Named,
): GraphqlContext {
  return {
    identify: once(again),
    clientAddress,
    get requestId() {
      return socket.requestId;
    },
    bill: new Bill(),
    setHeader: () => undefined,
    http: null,
  };
}

/** What a client says of itself, cut to what is worth keeping. */
export function userAgentOf(header: string | string[] | undefined): string | null {
  return textOf(header)?.slice(0, MAX_USER_AGENT) ?? null;
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function once<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let asked: Promise<Answer> | null = null;
  return () => (asked ??= ask());
}
