import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { Session as KeptSession } from '../../admin/domain/session';
import type { ApiKey as KeptKey } from '../../admin/domain/api-key';
import { isLive } from '../../admin/domain/api-key';
import type { ActingCaller, CredentialKind as Kind } from '../../admin/domain/caller';
import type { Scope as KeptScope } from '../../admin/domain/scope';
import { EpochMs } from '../scalars';

/** The public names of scopes. */
export const Scope: { readonly [Name in Uppercase<KeptScope>]: Name } = {
  READ: 'READ',
  OPERATE: 'OPERATE',
  ADMIN: 'ADMIN',
};
/** One of them. */
export type ScopeName = Uppercase<KeptScope>;

registerEnumType(Scope, {
  name: 'Scope',
  description: 'What a key or session may do; each includes those before it.',
  valuesMap: {
    READ: { description: 'Look at what administrators see.' },
    OPERATE: {
      description: 'Run what is there: reset, pause, resume, watch addresses, how the chain is read.',
    },
    ADMIN: {
      description: 'Change what is there: timers, settings, webhooks, keys, sessions; read the audit log.',
    },
  },
});

/** The public names of kinds of credentials. */
export const CredentialKind: { readonly [Name in Uppercase<Kind>]: Name } = {
  SECRET: 'SECRET',
  KEY: 'KEY',
  SESSION: 'SESSION',
};

registerEnumType(CredentialKind, {
  name: 'CredentialKind',
  description: 'How somebody has shown who they are.',
  valuesMap: {
    SECRET: { description: 'By ADMIN_SECRET.' },
    KEY: { description: 'By an API key.' },
    SESSION: { description: 'By having signed in to the panel.' },
  },
});

/** GraphQL's `Caller`. */
@ObjectType({ description: 'Whoever sends the request.' })
export class Caller {
  @Field(() => String, { description: 'As named in the history: admin, or key:<name>.' })
  readonly name: string;

  @Field(() => CredentialKind, { description: 'How it was shown.' })
  readonly credential: Uppercase<Kind>;

  @Field(() => ID, { nullable: true, description: 'Of the key or session; null for the secret.' })
  readonly credentialId: string | null;

  @Field(() => [Scope], { description: 'What may be done.' })
  readonly scopes: readonly ScopeName[];

  @Field(() => EpochMs, { nullable: true, description: 'When the key or session ends; null: never.' })
  readonly expiresAt: number | null;
}

/** GraphQL's `ApiKey`. */
@ObjectType({ description: 'An API key; what proves it is shown once, when it is made.' })
export class ApiKey {
  @Field(() => ID, { description: 'Also the first part of the key itself.' })
  readonly id: string;

  @Field(() => String, { description: 'What it is for; stands in the history as key:<name>.' })
  readonly name: string;

  @Field(() => [Scope], { description: 'What may be done with it.' })
  readonly scopes: readonly ScopeName[];

  @Field(() => EpochMs, { description: 'When it was made.' })
  readonly createdAt: number;

  @Field(() => String, { description: 'By whom.' })
  readonly createdBy: string;

  @Field(() => EpochMs, { nullable: true, description: 'When it ends by itself; null: never.' })
  readonly expiresAt: number | null;

  @Field(() => EpochMs, { nullable: true, description: 'Exact to ten seconds; null: not used yet.' })
  readonly lastUsedAt: number | null;

  @Field(() => String, { nullable: true, description: 'Address of that use.' })
  readonly lastUsedFrom: string | null;

  @Field(() => EpochMs, { nullable: true, description: 'When it was revoked; null: it was not.' })
  readonly revokedAt: number | null;

  @Field(() => String, { nullable: true, description: 'By whom.' })
  readonly revokedBy: string | null;

  @Field(() => Boolean, { description: 'Whether it lets anybody in now.' })
  readonly active: boolean;
}

/** GraphQL's `Session`. */
@ObjectType({ description: 'A session of the panel.' })
export class Session {
  @Field(() => ID, { description: 'Tells sessions apart; not its cookie.' })
  readonly id: string;

  @Field(() => String, { description: 'Who signed in: admin, or key:<name>.' })
  readonly actor: string;

  @Field(() => [Scope], { description: 'What may be done in it.' })
  readonly scopes: readonly ScopeName[];

  @Field(() => ID, {
    nullable: true,
    description: 'The API key that was signed in with, with which the session ends; null: ADMIN_SECRET.',
  })
  readonly apiKeyId: string | null;

  @Field(() => String, { description: 'Where it was signed in from.' })
  readonly address: string;

  @Field(() => String, { nullable: true, description: 'What the browser said of itself; null: nothing.' })
  readonly userAgent: string | null;

  @Field(() => EpochMs, { description: 'When it was signed in.' })
  readonly createdAt: number;

  @Field(() => EpochMs, { description: 'When it was used last; exact to ten seconds.' })
  readonly lastSeenAt: number;

  @Field(() => EpochMs, { description: 'When it ends by itself.' })
  readonly expiresAt: number;

  @Field(() => EpochMs, { nullable: true, description: 'When it was ended before; null: it was not.' })
  readonly revokedAt: number | null;

  @Field(() => Boolean, { description: 'Whether it is the one that asks.' })
  readonly current: boolean;
}

/** The public form of a caller. */
export function callerPicture({ name, credential, expiresAtMs }: ActingCaller): Caller {
  return {
    name,
    credential: kinds[credential.kind],
    credentialId: credential.id,
    scopes: scopeNames(credential.scopes),
    expiresAt: expiresAtMs,
  };
}

/** The public form of a key. @param nowMs - shared clock */
export function apiKeyPicture(key: KeptKey, nowMs: number): ApiKey {
  return {
    id: key.id,
    name: key.name,
    scopes: scopeNames(key.scopes),
    createdAt: key.createdAtMs,
    createdBy: key.createdBy,
    expiresAt: key.expiresAtMs,
    lastUsedAt: key.lastUsedAtMs,
    lastUsedFrom: key.lastUsedFrom,
    revokedAt: key.revokedAtMs,
    revokedBy: key.revokedBy,
    active: isLive(key, nowMs),
  };
}

/** The public form of a session. @param currentId - the one that asks */
export function sessionPicture(session: KeptSession, currentId: string | null): Session {
  return {
    id: session.id,
    actor: session.actor,
    scopes: scopeNames(session.scopes),
    apiKeyId: session.apiKeyId,
    address: session.address,
    userAgent: session.userAgent,
    createdAt: session.createdAtMs,
    lastSeenAt: session.lastSeenAtMs,
    expiresAt: session.expiresAtMs,
    revokedAt: session.revokedAtMs,
    current: session.id === currentId,
  };
}

/** The public names of scopes. */
export function scopeNames(scopes: readonly KeptScope[]): ScopeName[] {
  return scopes.map((scope) => names[scope]);
}

/** The scope of a public name. */
export function scopeOf(name: ScopeName): KeptScope {
  return scopes[name];
}

/** The public names of kinds of credentials. */
export const kinds: { readonly [Name in Kind]: Uppercase<Name> } = {
  secret: 'SECRET',
  key: 'KEY',
  session: 'SESSION',
};

const names: { readonly [Name in KeptScope]: Uppercase<Name> } = {
  read: 'READ',
  operate: 'OPERATE',
  admin: 'ADMIN',
};

const scopes: { readonly [Name in ScopeName]: Lowercase<Name> } = {
  READ: 'read',
  OPERATE: 'operate',
  ADMIN: 'admin',
};
