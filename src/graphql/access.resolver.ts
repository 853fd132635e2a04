import { Args, Context, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AuditService } from '../admin/audit.service';
import { AuthService } from '../admin/auth.service';
import type { ActingCaller } from '../admin/domain/caller';
import { SessionsService } from '../admin/sessions.service';
import { badInput, PublicError } from '../platform/public-error';
import { SharedClock } from '../platform/redis/shared-clock';
import { Access, Acting, AdminResolverClass } from './admin.guard';
import { ActsOn } from './audit.interceptor';
import { isUuid } from './audit.subjects';
import type { GraphqlContext } from './context';
import { reasonProblems } from './timer.orders';
import { closingCookies, openingCookies } from './session.cookies';
import {
  callerPicture,
  Caller,
  Scope,
  scopeNames,
  scopeOf,
  Session,
  sessionPicture,
} from './types/access.type';
import type { ScopeName } from './types/access.type';
import {
  CreateSubscriptionTokenPayload,
  RevokeSessionPayload,
  SignInPayload,
  SignOutPayload,
} from './types/access.payload';

const MAX_SECRET = 512;
const id = { type: () => ID, description: 'Which session.' };
const secret = { type: () => String, description: 'ADMIN_SECRET, or an API key.' };
const scope = {
  type: () => Scope,
  nullable: true,
  description: 'What may be done on the socket; null: what the caller may do.',
};
const why = {
  type: () => String,
  nullable: true,
  description: 'Why; kept in the audit log. 1 to 500 characters.',
};

/** Signing in, the only thing of administrators that is open to all. */
@Resolver()
export class SignInResolver {
  constructor(
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
  ) {}

  @Mutation(() => SignInPayload, {
    description:
      'Opens a session of twelve hours: sets its cookie, which only this origin gets and no script reads. Over HTTP only. RATE_LIMITED after too many wrong attempts of an address, or of all.',
  })
  async signIn(
    @Context() { http }: GraphqlContext,
    @Args('secret', secret) text: string,
  ): Promise<SignInPayload> {
    if (http === null)
      throw new PublicError('FORBIDDEN', 'sign in over HTTP; cookies never authorise a socket');
    if (!http.presented.isOriginAllowed) throw new PublicError('FORBIDDEN', 'this origin is not allowed');
    if (text.length === 0 || text.length > MAX_SECRET) {
      throw badInput([{ path: 'secret', message: `must have 1 to ${MAX_SECRET} characters` }]);
    }
    const proof = await this.sessions.prove(text, http.presented.origin);
    const act = { action: 'signIn', target: null, arguments: {}, before: null, reason: null };
    const { session, token, csrfToken } = await this.audit.run(proof.caller, act, () =>
      this.sessions.open(proof),
    );
    const lastsMs = session.expiresAtMs - session.createdAtMs;
    http.setCookies(openingCookies({ token, csrfToken, lastsMs }, http.isLocal));
    return { session: sessionPicture(session, session.id), csrfToken };
  }
}

/** Sessions of the panel. */
@AdminResolverClass()
export class AccessResolver {
  constructor(
    private readonly sessionsOfAll: SessionsService,
    private readonly auth: AuthService,
    private readonly clock: SharedClock,
  ) {}

  @Access('read')
  @Query(() => Caller, { description: 'Who asks, and what they may do. Scope READ.' })
  caller(@Acting() acting: ActingCaller): Caller {
    return callerPicture(acting);
  }

  @Access('admin')
  @Query(() => [Session], {
    description: 'All sessions that are open, the one signed in last first. Scope ADMIN.',
  })
  async sessions(@Acting() { credential }: ActingCaller): Promise<Session[]> {
    return (await this.sessionsOfAll.all()).map((session) => sessionPicture(session, credential.id));
  }

  @Access('read')
  @Mutation(() => SignOutPayload, {
    description: 'Ends the session that asks, and closes its sockets. Scope READ.',
  })
  async signOut(
    @Acting() acting: ActingCaller,
    @Context() { http }: GraphqlContext,
  ): Promise<SignOutPayload> {
    const { kind, id: own } = acting.credential;
    http?.setCookies(closingCookies(http.isLocal));
    const ended = kind === 'session' && own !== null ? await this.sessionsOfAll.revoke(own, acting) : null;
    return { session: ended === null ? null : sessionPicture(ended, own) };
  }

  @Access('admin')
  @ActsOn('session', 'id')
  @Mutation(() => RevokeSessionPayload, {
    description: 'Ends a session, and closes its sockets within a second. May be repeated. Scope ADMIN.',
  })
  async revokeSession(
    @Acting() acting: ActingCaller,
    @Args('id', id) sessionId: string,
    @Args('reason', why) reason: string | null,
  ): Promise<RevokeSessionPayload> {
    const problems = reasonProblems(reason);
    if (problems.length > 0) throw badInput(problems);
    const ended = isUuid(sessionId) ? await this.sessionsOfAll.revoke(sessionId, acting) : null;
    if (ended === null) throw new PublicError('NOT_FOUND', 'there is no such session');
    return { session: sessionPicture(ended, acting.credential.id) };
  }

  @Access('read')
  @Mutation(() => CreateSubscriptionTokenPayload, {
    description:
      'Makes a token for one socket: good once, for a minute, and bound to the session or key that asks. Scope READ.',
  })
  async createSubscriptionToken(
    @Acting() acting: ActingCaller,
    @Args('scope', scope) asked: ScopeName | null,
  ): Promise<CreateSubscriptionTokenPayload> {
    const wanted = asked ? scopeOf(asked) : null;
    const { token, lastsMs, scopes } = await this.auth.subscriptionToken(acting, wanted);
    return { token, expiresAt: this.clock.now() + lastsMs, scopes: scopeNames(scopes) };
  }
}
