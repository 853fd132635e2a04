import type { Scope } from './scope';

/** How long a session lasts. */
export const SESSION_LASTS_MS = 12 * 3_600_000;

/** A session of the panel, without its token. Times are epoch ms, by the clock of Postgres. */
export interface Session {
  readonly id: string;
  readonly actor: string;
  readonly scopes: readonly Scope[];
  /** The API key that was signed in with; null: the secret. The session ends with the key. */
  readonly apiKeyId: string | null;
  /** Where it was signed in from. */
  readonly address: string;
  readonly userAgent: string | null;
  readonly createdAtMs: number;
  /** Exact to ten seconds. */
  readonly lastSeenAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | null;
  readonly revokedBy: string | null;
}

/** What is known of a session before it is kept. */
export type NewSession = Pick<Session, 'id' | 'actor' | 'scopes' | 'apiKeyId' | 'address' | 'userAgent'> & {
  readonly tokenHash: Buffer;
  readonly lastsMs: number;
};
