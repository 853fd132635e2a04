import { Injectable, Logger } from '@nestjs/common';
import { KeyDesk } from './access/key.desk';
import { Revocations } from './access/revocations';
import { SecretDesk } from './access/secret.desk';
import { SessionDesk } from './access/session.desk';
import type { OpenedSession } from './access/session.desk';
import { SessionStore } from './access/session.store';
import { csrfTokenOf, readApiKey } from './access/tokens';
import { SECRET_CALLER } from './domain/caller';
import type { ActingCaller, Actor, Origin } from './domain/caller';
import type { Session } from './domain/session';

export type { Session } from './domain/session';

/** Somebody who has shown a secret or an API key, and may have a session for it. */
export interface Proof {
  readonly caller: ActingCaller;
  /** Digest of the secret; null: it was an API key. */
  readonly root: Buffer | null;
}

/** What signing in gave. */
export interface SignedIn extends OpenedSession {
  /** What the page has to send beside the cookie. */
  readonly csrfToken: string;
}

/** Sessions of the panel. */
@Injectable()
export class SessionsService {
  private readonly log = new Logger('admin');

  constructor(
    private readonly secrets: SecretDesk,
    private readonly keys: KeyDesk,
    private readonly desk: SessionDesk,
    private readonly store: SessionStore,
    private readonly revocations: Revocations,
  ) {}

  /**
   * Looks at what somebody wants to sign in with: a secret, or an API key.
   *
   * @throws PublicError UNAUTHENTICATED, RATE_LIMITED; AdminError ADMIN_STORE_FAILED
   */
  async prove(secret: string, origin: Origin): Promise<Proof> {
    const parts = readApiKey(secret);
    if (parts !== null)
      return { caller: { ...(await this.keys.byParts(parts, origin)), origin }, root: null };
    const root = await this.secrets.judge(secret, origin);
    return { caller: { ...SECRET_CALLER, origin }, root };
  }

  /** Opens a session. @throws AdminError ADMIN_STORE_FAILED */
  async open({ caller, root }: Proof): Promise<SignedIn> {
    const opened = await this.desk.open(caller, root, caller.origin);
    const { id, actor, address } = opened.session;
    this.log.log({ message: 'signed in', actor, sessionId: id, address });
    return { ...opened, csrfToken: csrfTokenOf(opened.token) };
  }

  /** All live sessions, the one signed in last first. */
  async all(): Promise<readonly Session[]> {
    return await this.store.all();
  }

  /** One session, whatever became of it; null where there is none. */
  async find(id: string): Promise<Session | null> {
    return await this.store.findAny(id);
  }

  /** Ends a session and closes its sockets everywhere; null where there is none. Safe to repeat. */
  async revoke(id: string, actor: Actor): Promise<Session | null> {
    const session = await this.store.revoke(id, actor.name);
    if (session !== null) await this.revocations.tell([id]);
    return session;
  }
}
