import type { Scope } from './scope';

/** How somebody has shown who they are: the secret of the environment, an API key, or a session of the panel. */
export type CredentialKind = 'secret' | 'key' | 'session';

/** By what a caller was let in, in the form in which it can be looked at again later. */
export interface Credential {
  readonly kind: CredentialKind;
  /** Of the key or session; null for the secret. */
  readonly id: string | null;
  /** What may be done with it at most. */
  readonly scopes: readonly Scope[];
}

/** Who acts, as named in the history. */
export interface Actor {
  readonly name: string;
}

/** Somebody who was let in. */
export interface Caller extends Actor {
  readonly credential: Credential;
  /** Shared time, epoch ms; null: never. */
  readonly expiresAtMs: number | null;
}

/** Where a request comes from. */
export interface Origin {
  readonly address: string;
  /** Null where the client tells none. */
  readonly userAgent: string | null;
  readonly transport: 'http' | 'socket';
}

/** A caller with where the present request comes from. */
export interface ActingCaller extends Caller {
  readonly origin: Origin;
}

/** Whoever knows the secret of the environment. */
export const SECRET_CALLER: Caller = {
  name: 'admin',
  credential: { kind: 'secret', id: null, scopes: ['admin'] },
  expiresAtMs: null,
};
