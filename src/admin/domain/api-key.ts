import type { Scope } from './scope';

/** An API key, without what proves it. Times are epoch ms, by the clock of Postgres. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAtMs: number;
  readonly createdBy: string;
  /** Null: never. */
  readonly expiresAtMs: number | null;
  /** Null: not yet; exact to ten seconds. */
  readonly lastUsedAtMs: number | null;
  readonly lastUsedFrom: string | null;
  readonly revokedAtMs: number | null;
  readonly revokedBy: string | null;
}

/** What an administrator decides about a new key. */
export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAtMs: number | null;
  readonly createdBy: string;
}

/** Whether a key or session lets anybody in at `nowMs`. */
export function isLive(
  { revokedAtMs, expiresAtMs }: Pick<ApiKey, 'revokedAtMs' | 'expiresAtMs'>,
  nowMs: number,
): boolean {
  return revokedAtMs === null && (expiresAtMs === null || nowMs < expiresAtMs);
}
