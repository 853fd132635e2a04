import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { PublicError } from '../../platform/public-error';
import { SharedClock } from '../../platform/redis/shared-clock';
import { AdminError } from '../admin.errors';
import type { Caller, Origin } from '../domain/caller';
import { SESSION_LASTS_MS } from '../domain/session';
import type { Session } from '../domain/session';
import { CredentialMemory } from './memory';
import { Revocations } from './revocations';
import { SecretDesk } from './secret.desk';
import { digestOf } from './secrets';
import { SessionStore } from './session.store';
import { makeSessionToken, sessionHash } from './tokens';
import { Touches } from './touches';

/** Sessions of API keys are kept under this: they end with their key. */
const KEY_ROOT = digestOf('sessions of API keys');

/** A session that was just opened, with the token of its cookie. */
export interface OpenedSession {
  readonly session: Session;
  readonly token: string;
}

/** Opens sessions and lets them in; by what was known last while Postgres is away. */
@Injectable()
export class SessionDesk {
  private readonly memory = new CredentialMemory<Session>();
  private readonly touches = new Touches();
  private readonly log = new Logger('admin');

  constructor(
    private readonly store: SessionStore,
    private readonly secrets: SecretDesk,
    private readonly clock: SharedClock,
    revocations: Revocations,
  ) {
    revocations.listen((id) => this.memory.forget(id));
  }

  /**
   * Opens a session for a caller.
   *
   * @param root - digest of the secret that was signed in with; null: it was an API key
   */
  async open(caller: Caller, root: Buffer | null, origin: Origin): Promise<OpenedSession> {
    const token = makeSessionToken();
    const { kind, id, scopes } = caller.credential;
    const untilMs = caller.expiresAtMs ?? Number.POSITIVE_INFINITY;
    const session = await this.store.insert({
      id: randomUUID(),
      actor: caller.name,
      scopes,
      apiKeyId: kind === 'key' ? id : null,
      address: origin.address,
      userAgent: origin.userAgent,
      tokenHash: sessionHash(token, root ?? KEY_ROOT),
      lastsMs: Math.min(SESSION_LASTS_MS, untilMs - this.clock.now()),
    });
    return { session, token };
  }

  /** Whoever has this token. @throws PublicError UNAUTHENTICATED; AdminError while it cannot be known */
  async byToken(token: string): Promise<Caller> {
    const hashes = [...this.secrets.roots, KEY_ROOT].map((root) => sessionHash(token, root));
    const names = hashes.map((hash) => hash.toString('hex'));
    return this.callerOf(await this.find(() => this.store.findByHash(hashes), names));
  }

  /** Whoever was let in by this session before. @throws as `byToken` does */
  async byId(id: string): Promise<Caller> {
    return this.callerOf(await this.find(() => this.store.find(id), [id]));
  }

  private async find(ask: () => Promise<Session | null>, names: readonly string[]): Promise<Session | null> {
    try {
      const found = await ask();
      if (found !== null) for (const name of [...names, found.id]) this.memory.keep(name, found);
      return found;
    } catch (err) {
      const recalled = err instanceof AdminError ? names.map((name) => this.memory.recall(name)) : [];
      const session = recalled.find((one) => one !== null);
      if (session === undefined) throw err;
      return session;
    }
  }

  private callerOf(session: Session | null): Caller {
    if (session === null || this.clock.now() >= session.expiresAtMs) {
      throw new PublicError('UNAUTHENTICATED', 'the session has ended; sign in again');
    }
    const { id, actor, scopes, expiresAtMs } = session;
    this.touches.note(id, () =>
      this.store.touch(id).catch((err: unknown) => {
        this.log.debug({ message: 'use of a session not noted', err });
      }),
    );
    return { name: actor, credential: { kind: 'session', id, scopes }, expiresAtMs };
  }
}
