import type { CredentialKind } from './caller';

/** How an audited act went: begun and never told, done, refused as it was asked, or broken off by a fault. */
export const AUDIT_OUTCOMES = ['STARTED', 'DONE', 'REFUSED', 'FAILED'] as const;
/** One of `AUDIT_OUTCOMES`. */
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** What an act is about to be, before anything has changed. Holds no secret. */
export interface AuditIntent {
  readonly actor: string;
  readonly credential: CredentialKind;
  readonly credentialId: string | null;
  readonly address: string;
  readonly userAgent: string | null;
  readonly transport: 'http' | 'socket';
  /** Name of the mutation. */
  readonly action: string;
  /** What is acted on, such as `timer:global`; null: the whole. */
  readonly target: string | null;
  readonly arguments: unknown;
  /** The target before; null where there is none, or it is not known. */
  readonly before: unknown;
  readonly reason: string | null;
}

/** What came of it. */
export interface AuditEnd {
  readonly outcome: Exclude<AuditOutcome, 'STARTED'>;
  /** Public code of the error; null when done. */
  readonly code: string | null;
  /** What was answered, without secrets; null when not done. */
  readonly after: unknown;
}

/** One entry of the log. Times are epoch ms, by the clock of Postgres. */
export interface AuditEntry extends AuditIntent {
  readonly id: number;
  readonly atMs: number;
  readonly outcome: AuditOutcome;
  readonly code: string | null;
  readonly after: unknown;
  /** Null where it was never told how it went. */
  readonly completedAtMs: number | null;
}

/** Which entries; what is null is not asked for. */
export interface AuditFilter {
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly actor: string | null;
  readonly action: string | null;
  readonly target: string | null;
  readonly outcome: AuditOutcome | null;
}

/** A part of the log. */
export interface AuditPage {
  readonly direction: 'NEWEST_FIRST' | 'OLDEST_FIRST';
  readonly limit: number;
  /** Only entries with a smaller number; null: all. */
  readonly below: number | null;
  /** Only entries with a larger number; null: all. */
  readonly above: number | null;
}
