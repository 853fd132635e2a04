// Made from the .graphql files beside it by npm run operations:write; do not edit.
import type { Operation } from '../../../client/src/operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Which entries; what is absent or null is not asked for. */
export type AuditFilter = {
  /** Name of the mutation. */
  readonly action?: string | null | undefined;
  /** By whom. */
  readonly actor?: string | null | undefined;
  /** Begun from here on. */
  readonly from?: number | null | undefined;
  /** How it went. */
  readonly outcome?: AuditOutcome | null | undefined;
  /** What was acted on, such as timer:global. */
  readonly target?: string | null | undefined;
  /** Begun before this. */
  readonly to?: number | null | undefined;
};

/** How an audited act went. */
export type AuditOutcome =
  /** Done. */
  | 'DONE'
  /** A server was away, or something went wrong; the answer said what has changed. */
  | 'FAILED'
  /** Refused as it was asked; nothing has changed. */
  | 'REFUSED'
  /** Under way, or broken off: nobody was told whether anything has changed. */
  | 'STARTED';

/** How somebody has shown who they are. */
export type CredentialKind =
  /** By an API key. */
  | 'KEY'
  /** By ADMIN_SECRET. */
  | 'SECRET'
  /** By having signed in to the panel. */
  | 'SESSION';

export type PanelAuditQueryVariables = Exact<{
  filter?: AuditFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;

export type PanelAuditQuery = {
  readonly auditLog: {
    readonly nodes: ReadonlyArray<{
      readonly id: string;
      readonly at: number;
      readonly actor: string;
      readonly credential: CredentialKind;
      readonly action: string;
      readonly target: string | null;
      readonly outcome: AuditOutcome;
      readonly code: string | null;
      readonly reason: string | null;
      readonly address: string;
      readonly transport: string;
      readonly userAgent: string | null;
      readonly arguments: string;
      readonly before: string | null;
      readonly after: string | null;
      readonly completedAt: number | null;
    }>;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

/** query PanelAudit */
export const PanelAuditDocument: Operation<PanelAuditQuery, PanelAuditQueryVariables> =
  'query PanelAudit($filter:AuditFilter$first:Int!$after:String){auditLog(filter:$filter first:$first after:$after){nodes{id at actor credential action target outcome code reason address transport userAgent arguments before after completedAt}pageInfo{hasNextPage endCursor}}}';
