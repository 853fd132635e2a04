import { Injectable } from '@nestjs/common';
import { PostgresService } from '../../platform/postgres/postgres.service';
import { AdminError } from '../admin.errors';
import type { ApiKey, NewApiKey } from '../domain/api-key';
import { readApiKeyRow } from './read-rows';
import type { ApiKeyRow } from './read-rows';

const COLUMNS = `id, name, scopes, created_at, created_by, expires_at, last_used_at, last_used_from, revoked_at, revoked_by`;

/** An API key with what proves it. */
export interface ProvableKey {
  readonly key: ApiKey;
  readonly secretHash: Buffer;
}

/** API keys in Postgres; every method throws AdminError `ADMIN_STORE_FAILED` while it cannot be used. */
@Injectable()
export class KeyStore {
  constructor(private readonly postgres: PostgresService) {}

  /** One key, whatever became of it; null where there is none. */
  async find(id: string): Promise<ProvableKey | null> {
    const [row] = await this.query<ApiKeyRow & { readonly secret_hash: Buffer }>(
      `select ${COLUMNS}, secret_hash from api_keys where id = $1`,
      [id],
    );
    return row === undefined ? null : { key: readApiKeyRow(row), secretHash: row.secret_hash };
  }

  /** All keys, the newest first. */
  async all(): Promise<ApiKey[]> {
    const sql = `select ${COLUMNS} from api_keys order by created_at desc, id`;
    return (await this.query<ApiKeyRow>(sql)).map(readApiKeyRow);
  }

  /** Keeps a new key; null where a key of this name is in use. */
  async insert(key: NewApiKey, id: string, secretHash: Buffer): Promise<ApiKey | null> {
    const [row] = await this.query<ApiKeyRow>(
      `insert into api_keys (id, name, secret_hash, scopes, created_by, expires_at)
       values ($1, $2, $3, $4, $5, to_timestamp($6::numeric / 1000))
       on conflict (lower(name)) where revoked_at is null do nothing
       returning ${COLUMNS}`,
      [id, key.name, secretHash, key.scopes, key.createdBy, key.expiresAtMs],
    );
    return row === undefined ? null : readApiKeyRow(row);
  }

  /** Revokes a key and the sessions that it opened; null where there is none. Safe to repeat. */
  async revoke(id: string, actor: string): Promise<{ key: ApiKey; sessionIds: string[] } | null> {
    const rows = await this.query<ApiKeyRow & { readonly session_ids: string[] }>(
      `with ended as (
         update sessions set revoked_at = now(), revoked_by = $2
         where api_key_id = $1 and revoked_at is null returning id
       ), written as (
         update api_keys set revoked_at = now(), revoked_by = $2 where id = $1 and revoked_at is null returning ${COLUMNS}
       )
       select *, array(select id::text from ended) as session_ids from (
         select ${COLUMNS} from written
         union all
         select ${COLUMNS} from api_keys where id = $1 and revoked_at is not null
       ) as keys limit 1`,
      [id, actor],
    );
    const [row] = rows;
    return row === undefined ? null : { key: readApiKeyRow(row), sessionIds: row.session_ids };
  }

  /** Notes that a key was used; at most every ten seconds. */
  async touch(id: string, address: string): Promise<void> {
    await this.query(
      `update api_keys set last_used_at = now(), last_used_from = $2
       where id = $1 and (last_used_at is null or last_used_at < now() - interval '10 seconds')`,
      [id, address],
    );
  }

  private async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    try {
      return await this.postgres.query<Row>(sql, parameters);
    } catch (cause) {
      throw new AdminError('ADMIN_STORE_FAILED', {}, { cause });
    }
  }
}
