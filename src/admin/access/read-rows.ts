import type { ApiKey } from '../domain/api-key';
import { scopesOf } from '../domain/scope';
import type { Session } from '../domain/session';

/** A row of `api_keys`. */
export interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly created_at: Date;
  readonly created_by: string;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly last_used_from: string | null;
  readonly revoked_at: Date | null;
  readonly revoked_by: string | null;
}

/** A row of `sessions`. */
export interface SessionRow {
  readonly id: string;
  readonly actor: string;
  readonly scopes: readonly string[];
  readonly api_key_id: string | null;
  readonly address: string;
  readonly user_agent: string | null;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly expires_at: Date;
  readonly revoked_at: Date | null;
  readonly revoked_by: string | null;
}

/** The key of a row. */
export function readApiKeyRow(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    scopes: scopesOf(row.scopes),
    createdAtMs: row.created_at.getTime(),
    createdBy: row.created_by,
    expiresAtMs: msOf(row.expires_at),
    lastUsedAtMs: msOf(row.last_used_at),
    lastUsedFrom: row.last_used_from,
    revokedAtMs: msOf(row.revoked_at),
    revokedBy: row.revoked_by,
  };
}

/** The session of a row. */
export function readSessionRow(row: SessionRow): Session {
  return {
    id: row.id,
    actor: row.actor,
    scopes: scopesOf(row.scopes),
    apiKeyId: row.api_key_id,
    address: row.address,
    userAgent: row.user_agent,
    createdAtMs: row.created_at.getTime(),
    lastSeenAtMs: row.last_seen_at.getTime(),
    expiresAtMs: row.expires_at.getTime(),
    revokedAtMs: msOf(row.revoked_at),
    revokedBy: row.revoked_by,
  };
}

function msOf(date: Date | null): number | null {
  return date === null ? null : date.getTime();
}
