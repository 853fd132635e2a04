// Made from the .graphql files beside it by npm run operations:write; do not edit.
import type { Operation } from '../../../client/src/operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How somebody has shown who they are. */
export type CredentialKind =
  /** By an API key. */
  | 'KEY'
  /** By ADMIN_SECRET. */
  | 'SECRET'
  /** By having signed in to the panel. */
  | 'SESSION';

/** What a key or session may do; each includes those before it. */
export type Scope =
  /** Change what is there: timers, settings, webhooks, keys, sessions; read the audit log. */
  | 'ADMIN'
  /** Run what is there: reset, pause, resume, watch addresses, how the chain is read. */
  | 'OPERATE'
  /** Look at what administrators see. */
  | 'READ';

export type CallerQueryVariables = Exact<{ [key: string]: never }>;

export type CallerQuery = {
  readonly caller: {
    readonly name: string;
    readonly credential: CredentialKind;
    readonly scopes: ReadonlyArray<Scope>;
    readonly expiresAt: number | null;
  };
};

export type SignInMutationVariables = Exact<{
  secret: string;
}>;

export type SignInMutation = {
  readonly signIn: { readonly csrfToken: string; readonly session: { readonly id: string } };
};

export type SignOutMutationVariables = Exact<{ [key: string]: never }>;

export type SignOutMutation = { readonly signOut: { readonly session: { readonly id: string } | null } };

export type CreateSubscriptionTokenMutationVariables = Exact<{ [key: string]: never }>;

export type CreateSubscriptionTokenMutation = {
  readonly createSubscriptionToken: { readonly token: string };
};

/** query Caller */
export const CallerDocument: Operation<CallerQuery, CallerQueryVariables> =
  'query Caller{caller{name credential scopes expiresAt}}';

/** mutation SignIn */
export const SignInDocument: Operation<SignInMutation, SignInMutationVariables> =
  'mutation SignIn($secret:String!){signIn(secret:$secret){csrfToken session{id}}}';

/** mutation SignOut */
export const SignOutDocument: Operation<SignOutMutation, SignOutMutationVariables> =
  'mutation SignOut{signOut{session{id}}}';

/** mutation CreateSubscriptionToken */
export const CreateSubscriptionTokenDocument: Operation<
  CreateSubscriptionTokenMutation,
  CreateSubscriptionTokenMutationVariables
> = 'mutation CreateSubscriptionToken{createSubscriptionToken{token}}';
