import { Injectable } from '@nestjs/common';
import { PublicError } from '../platform/public-error';
import { KeyDesk } from './access/key.desk';
import { Revocations } from './access/revocations';
import { SecretDesk } from './access/secret.desk';
import { bearerOf, digestOf, isSameDigest } from './access/secrets';
import { SessionDesk } from './access/session.desk';
import { TicketStore, TICKET_LASTS_MS } from './access/ticket.store';
import { csrfTokenOf, isSessionToken, isTicket, readApiKey } from './access/tokens';
import { SECRET_CALLER } from './domain/caller';
import type { ActingCaller, Actor, Caller, Credential, Origin } from './domain/caller';
import { includesScope } from './domain/scope';
import type { Scope } from './domain/scope';

export type { Actor };

/** What a request over HTTP shows of who sends it; nothing about it is trusted. */
export interface Presented {
  /** The `Authorization` header. */
  readonly authorization: unknown;
  /** Value of the session's cookie. */
  readonly sessionToken: unknown;
  /** The `x-csrf-token` header. */
  readonly csrfToken: unknown;
  /** Whether the page that sends it is our own, or of an allowed origin, or there is none. */
  readonly isOriginAllowed: boolean;
  readonly origin: Origin;
}

/** A token for one socket. */
export interface SubscriptionToken {
  readonly token: string;
  readonly lastsMs: number;
  readonly scopes: readonly Scope[];
}

/** Tells administrators from the public, and what each of them may do. */
@Injectable()
export class AuthService {
  constructor(
    private readonly secrets: SecretDesk,
    private readonly keys: KeyDesk,
    private readonly sessions: SessionDesk,
    private readonly tickets: TicketStore,
    private readonly revocations: Revocations,
  ) {}

  /**
   * Who sends a request over HTTP: by the bearer, else by the session's cookie, which counts only together with its
   * CSRF token.
   *
   * @returns null where nothing is shown
   * @throws PublicError UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED, SERVICE_UNAVAILABLE
   */
  async identify(presented: Presented): Promise<ActingCaller | null> {
    const { authorization, sessionToken, origin } = presented;
    if (authorization !== undefined && authorization !== null) {
      return { ...(await this.byBearer(authorization, origin)), origin };
    }
    if (!isSessionToken(sessionToken)) return null;
    if (!presented.isOriginAllowed) throw new PublicError('FORBIDDEN', 'this origin is not allowed');
    if (!isCsrfToken(presented.csrfToken, sessionToken)) {
      throw new PublicError('FORBIDDEN', 'the header x-csrf-token is missing or wrong');
    }
    return { ...(await this.sessions.byToken(sessionToken)), origin };
  }

  /**
   * Who opens a socket: by the bearer of `connection_init`, which may be a token made for one socket.
   *
   * @throws as `identify` does
   */
  async admit(authorization: unknown, origin: Origin): Promise<ActingCaller | null> {
    if (authorization === undefined || authorization === null) return null;
    const token = bearerOf(authorization);
    if (token === null || !isTicket(token))
      return { ...(await this.byBearer(authorization, origin)), origin };
    const ticket = await this.tickets.take(token);
    if (ticket === null) throw new PublicError('UNAUTHENTICATED', 'the token is used up, or too old');
    return { ...(await this.recheck(ticket.actor, ticket.credential)), origin };
  }

  /** The same caller as of now. @throws PublicError UNAUTHENTICATED where the key or session has ended */
  async again(caller: ActingCaller): Promise<ActingCaller> {
    return { ...(await this.recheck(caller.name, caller.credential)), origin: caller.origin };
  }

  /** Calls `onEnd` once when the caller's key or session has ended; the result ends the watch. */
  watch(caller: Caller, onEnd: () => void): () => void {
    return this.revocations.watch(caller.credential, onEnd);
  }

  /**
   * Makes a token for one socket, bound to what the caller was let in by.
   *
   * @param scope - what may be done on the socket; null: what the caller may do
   * @throws PublicError FORBIDDEN where the caller may not do that itself; AdminError ADMIN_TICKET_STORE_FAILED
   */
  async subscriptionToken(caller: Caller, scope: Scope | null): Promise<SubscriptionToken> {
    const { kind, id, scopes } = caller.credential;
    if (scope !== null && !includesScope(scopes, scope)) {
      throw new PublicError('FORBIDDEN', `the scope ${scope} is not yours to give`);
    }
    const given = scope === null ? scopes : [scope];
    const token = await this.tickets.issue({
      actor: caller.name,
      credential: { kind, id, scopes: given },
    });
    return { token, lastsMs: TICKET_LASTS_MS, scopes: given };
  }

  private async byBearer(authorization: unknown, origin: Origin): Promise<Caller> {
    const token = bearerOf(authorization);
    if (token === null || isTicket(token)) {
      throw new PublicError('UNAUTHENTICATED', 'Authorization must be: Bearer and a secret or an API key');
    }
    const parts = readApiKey(token);
    if (parts !== null) return await this.keys.byParts(parts, origin);
    await this.secrets.judge(token, origin);
    return SECRET_CALLER;
  }

  /** @param credential - its scopes are the most that it may have */
  private async recheck(actor: string, credential: Credential): Promise<Caller> {
    const { kind, id, scopes } = credential;
    if (kind === 'secret' || id === null) return { name: actor, credential, expiresAtMs: null };
    const now = kind === 'key' ? await this.keys.byId(id) : await this.sessions.byId(id);
    const kept = scopes.filter((scope) => includesScope(now.credential.scopes, scope));
    return { ...now, credential: { kind, id, scopes: kept } };
  }
}

function isCsrfToken(given: unknown, sessionToken: string): boolean {
  return typeof given === 'string' && isSameDigest(digestOf(given), digestOf(csrfTokenOf(sessionToken)));
}
