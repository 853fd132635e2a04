import { Injectable, Logger } from '@nestjs/common';
import { PublicError } from '../../platform/public-error';
import { SharedClock } from '../../platform/redis/shared-clock';
import { AdminError } from '../admin.errors';
import { isLive } from '../domain/api-key';
import type { ApiKey } from '../domain/api-key';
import type { Caller, Origin } from '../domain/caller';
import { KeyStore } from './key.store';
import type { ProvableKey } from './key.store';
import { CredentialMemory } from './memory';
import { Revocations } from './revocations';
import { SecretDesk } from './secret.desk';
import { digestOf, isSameDigest } from './secrets';
import { Touches } from './touches';
import type { ApiKeyParts } from './tokens';

/** Compared with where there is no such key, so that both cases do the same work. */
const NO_HASH = Buffer.alloc(32);

/** Lets API keys in; by what was known last while Postgres is away. */
@Injectable()
export class KeyDesk {
  private readonly memory = new CredentialMemory<ProvableKey & { readonly id: string }>();
  private readonly touches = new Touches();
  private readonly log = new Logger('admin');

  constructor(
    private readonly store: KeyStore,
    private readonly secrets: SecretDesk,
    private readonly clock: SharedClock,
    revocations: Revocations,
  ) {
    revocations.listen((id) => this.memory.forget(id));
  }

  /** Whoever shows this key. @throws PublicError UNAUTHENTICATED, RATE_LIMITED; AdminError while it cannot be known */
  async byParts({ id, secret }: ApiKeyParts, origin: Origin): Promise<Caller> {
    const found = await this.find(id);
    const isRight = isSameDigest(digestOf(secret), found?.secretHash ?? NO_HASH);
    if (found === null || !isRight) return await this.secrets.wrong(origin);
    const caller = this.callerOf(found.key);
    this.touches.note(id, () =>
      this.store.touch(id, origin.address).catch((err: unknown) => {
        this.log.debug({ message: 'use of a key not noted', err });
      }),
    );
    return caller;
  }

  /** Whoever was let in by this key before. @throws as `byParts` does */
  async byId(id: string): Promise<Caller> {
    const found = await this.find(id);
    if (found === null) throw new PublicError('UNAUTHENTICATED', 'there is no such API key any more');
    return this.callerOf(found.key);
  }

  private async find(id: string): Promise<ProvableKey | null> {
    try {
      const found = await this.store.find(id);
      if (found !== null) this.memory.keep(id, { id, ...found });
      return found;
    } catch (err) {
      const remembered = err instanceof AdminError ? this.memory.recall(id) : null;
      if (remembered === null) throw err;
      return remembered;
    }
  }

  private callerOf(key: ApiKey): Caller {
    if (!isLive(key, this.clock.now())) {
      const what = key.revokedAtMs === null ? 'has expired' : 'was revoked';
      throw new PublicError('UNAUTHENTICATED', `the API key ${what}`);
    }
    return {
      name: `key:${key.name}`,
      credential: { kind: 'key', id: key.id, scopes: key.scopes },
      expiresAtMs: key.expiresAtMs,
    };
  }
}
