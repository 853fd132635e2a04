// Made from the .graphql files beside it by npm run operations:write; do not edit.
import type { Operation } from '../../../client/src/operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A new API key. */
export type CreateApiKeyInput = {
  /** When it ends by itself, in the future; null: never. */
  readonly expiresAt?: number | null | undefined;
  /** What it is for, ^[A-Za-z0-9][A-Za-z0-9_ .@-]{0,63}$; no other key that is not revoked may have it. */
  readonly name: string;
  /** Why; kept in the audit log. */
  readonly reason?: string | null | undefined;
  /** What may be done with it. */
  readonly scopes: ReadonlyArray<Scope>;
};

/** What a key or session may do; each includes those before it. */
export type Scope =
  /** Change what is there: timers, settings, webhooks, keys, sessions; read the audit log. */
  | 'ADMIN'
  /** Run what is there: reset, pause, resume, watch addresses, how the chain is read. */
  | 'OPERATE'
  /** Look at what administrators see. */
  | 'READ';

export type PanelKeysQueryVariables = Exact<{ [key: string]: never }>;

export type PanelKeysQuery = {
  readonly apiKeys: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
    readonly scopes: ReadonlyArray<Scope>;
    readonly active: boolean;
    readonly createdAt: number;
    readonly createdBy: string;
    readonly expiresAt: number | null;
    readonly lastUsedAt: number | null;
    readonly lastUsedFrom: string | null;
    readonly revokedAt: number | null;
    readonly revokedBy: string | null;
  }>;
  readonly sessions: ReadonlyArray<{
    readonly id: string;
    readonly actor: string;
    readonly scopes: ReadonlyArray<Scope>;
    readonly address: string;
    readonly userAgent: string | null;
    readonly current: boolean;
    readonly createdAt: number;
    readonly lastSeenAt: number;
    readonly expiresAt: number;
  }>;
};

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;

export type CreateApiKeyMutation = {
  readonly createApiKey: {
    readonly secret: string;
    readonly key: { readonly id: string; readonly name: string };
  };
};

export type RevokeApiKeyMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
}>;

export type RevokeApiKeyMutation = { readonly revokeApiKey: { readonly key: { readonly id: string } } };

export type RevokeSessionMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
}>;

export type RevokeSessionMutation = { readonly revokeSession: { readonly session: { readonly id: string } } };

/** query PanelKeys */
export const PanelKeysDocument: Operation<PanelKeysQuery, PanelKeysQueryVariables> =
  'query PanelKeys{apiKeys{id name scopes active createdAt createdBy expiresAt lastUsedAt lastUsedFrom revokedAt revokedBy}sessions{id actor scopes address userAgent current createdAt lastSeenAt expiresAt}}';

/** mutation CreateApiKey */
export const CreateApiKeyDocument: Operation<CreateApiKeyMutation, CreateApiKeyMutationVariables> =
  'mutation CreateApiKey($input:CreateApiKeyInput!){createApiKey(input:$input){secret key{id name}}}';

/** mutation RevokeApiKey */
export const RevokeApiKeyDocument: Operation<RevokeApiKeyMutation, RevokeApiKeyMutationVariables> =
  'mutation RevokeApiKey($id:ID!$reason:String){revokeApiKey(id:$id reason:$reason){key{id}}}';

/** mutation RevokeSession */
export const RevokeSessionDocument: Operation<RevokeSessionMutation, RevokeSessionMutationVariables> =
  'mutation RevokeSession($id:ID!$reason:String){revokeSession(id:$id reason:$reason){session{id}}}';
