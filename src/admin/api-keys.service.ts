import { Injectable } from '@nestjs/common';
import { KeyStore } from './access/key.store';
import { Revocations } from './access/revocations';
import { makeApiKey } from './access/tokens';
import type { ApiKey, NewApiKey } from './domain/api-key';
import type { Actor } from './domain/caller';

export type { ApiKey, NewApiKey } from './domain/api-key';

/** A key that was just made. */
export interface MadeApiKey {
  readonly key: ApiKey;
  /** Shown once; only its hash is kept. */
  readonly secret: string;
}

/** API keys: made and revoked by administrators. Everything throws AdminError ADMIN_STORE_FAILED while Postgres is away. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly store: KeyStore,
    private readonly revocations: Revocations,
  ) {}

  /** All keys, revoked ones too, the newest first. */
  async all(): Promise<readonly ApiKey[]> {
    return await this.store.all();
  }

  /** One key; null where there is none. */
  async find(id: string): Promise<ApiKey | null> {
    return (await this.store.find(id))?.key ?? null;
  }

  /** Makes a key; null where a key of this name is in use. */
  async create(asked: NewApiKey): Promise<MadeApiKey | null> {
    const { text, id, secretHash } = makeApiKey();
    const key = await this.store.insert(asked, id, secretHash);
    return key === null ? null : { key, secret: text };
  }

  /** Revokes a key, ends its sessions and closes its sockets everywhere; null where there is none. Safe to repeat. */
  async revoke(id: string, actor: Actor): Promise<ApiKey | null> {
    const revoked = await this.store.revoke(id, actor.name);
    if (revoked === null) return null;
    await this.revocations.tell([id, ...revoked.sessionIds]);
    return revoked.key;
  }
}
