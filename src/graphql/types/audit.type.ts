import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { AuditEntry as Kept, AuditOutcome as Outcome } from '../../admin/domain/audit';
import type { CredentialKind as Kind } from '../../admin/domain/caller';
import { EpochMs } from '../scalars';
import { CredentialKind, kinds } from './access.type';
import { PageInfo } from './connection.type';

/** The public names of how audited acts went. */
export const AuditOutcome: { readonly [Name in Outcome]: Name } = {
  STARTED: 'STARTED',
  DONE: 'DONE',
  REFUSED: 'REFUSED',
  FAILED: 'FAILED',
};

registerEnumType(AuditOutcome, {
  name: 'AuditOutcome',
  description: 'How an audited act went.',
  valuesMap: {
    STARTED: { description: 'Under way, or broken off: nobody was told whether anything has changed.' },
    DONE: { description: 'Done.' },
    REFUSED: { description: 'Refused as it was asked; nothing has changed.' },
    FAILED: { description: 'A server was away, or something went wrong; the answer said what has changed.' },
  },
});

/** GraphQL's `AuditEntry`. */
@ObjectType({ description: 'Who did what, when and from where.' })
export class AuditEntry {
  @Field(() => ID, { description: 'Rises with each entry.' })
  readonly id: string;

  @Field(() => EpochMs, { description: 'When it began.' })
  readonly at: number;

  @Field(() => EpochMs, { nullable: true, description: 'When it was over; null: nobody was told.' })
  readonly completedAt: number | null;

  @Field(() => String, { description: 'Who: admin, or key:<name>.' })
  readonly actor: string;

  @Field(() => CredentialKind, { description: 'How that was shown.' })
  readonly credential: Uppercase<Kind>;

  @Field(() => ID, { nullable: true, description: 'Of the key or session; null for the secret.' })
  readonly credentialId: string | null;

  @Field(() => String, { description: 'Address of the client.' })
  readonly address: string;

  @Field(() => String, { nullable: true, description: 'What the client said of itself; null: nothing.' })
  readonly userAgent: string | null;

  @Field(() => String, { description: 'http or socket.' })
  readonly transport: string;

  @Field(() => String, { description: 'Name of the mutation.' })
  readonly action: string;

  @Field(() => String, {
    nullable: true,
    description: 'What was acted on, such as timer:global; null: nothing that is named.',
  })
  readonly target: string | null;

  @Field(() => String, { description: 'The arguments as JSON, without secrets.' })
  readonly arguments: string;

  @Field(() => String, {
    nullable: true,
    description: 'What it was before, as JSON, without secrets; null: new, or not known.',
  })
  readonly before: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What was answered, as JSON, without secrets; null: not done.',
  })
  readonly after: string | null;

  @Field(() => String, { nullable: true, description: 'Why, as it was given.' })
  readonly reason: string | null;

  @Field(() => AuditOutcome, { description: 'How it went.' })
  readonly outcome: Outcome;

  @Field(() => String, { nullable: true, description: 'The code of the error; null when done.' })
  readonly code: string | null;
}

/** One row of the audit log. */
@ObjectType({ description: 'An entry with its place in the list.' })
export class AuditEdge {
  @Field(() => String, { description: 'Opaque; stays valid while rows are added.' })
  readonly cursor: string;

  @Field(() => AuditEntry, { description: 'The entry.' })
  readonly node: AuditEntry;
}

/** A page of the audit log. */
@ObjectType({ description: 'A page of the audit log, newest first.' })
export class AuditConnection {
  @Field(() => [AuditEdge], { description: 'Rows with their cursors.' })
  readonly edges: AuditEdge[];

  @Field(() => [AuditEntry], { description: 'The same rows without cursors.' })
  readonly nodes: AuditEntry[];

  @Field(() => PageInfo, { description: 'Where the page lies.' })
  readonly pageInfo: PageInfo;
}

/** GraphQL's `AuditFilter`. */
@InputType({ description: 'Which entries; what is absent or null is not asked for.' })
export class AuditFilter {
  @Field(() => EpochMs, { nullable: true, description: 'Begun from here on.' })
  readonly from?: number | null;

  @Field(() => EpochMs, { nullable: true, description: 'Begun before this.' })
  readonly to?: number | null;

  @Field(() => String, { nullable: true, description: 'By whom.' })
  readonly actor?: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the mutation.' })
  readonly action?: string | null;

  @Field(() => String, { nullable: true, description: 'What was acted on, such as timer:global.' })
  readonly target?: string | null;

  @Field(() => AuditOutcome, { nullable: true, description: 'How it went.' })
  readonly outcome?: Outcome | null;
}

/** The public form of an entry. */
export function auditPicture(entry: Kept): AuditEntry {
  return {
    id: String(entry.id),
    at: entry.atMs,
    completedAt: entry.completedAtMs,
    actor: entry.actor,
    credential: kinds[entry.credential],
    credentialId: entry.credentialId,
    address: entry.address,
    userAgent: entry.userAgent,
    transport: entry.transport,
    action: entry.action,
    target: entry.target,
    arguments: JSON.stringify(entry.arguments),
    before: textOf(entry.before),
    after: textOf(entry.after),
    reason: entry.reason,
    outcome: entry.outcome,
    code: entry.code,
  };
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
