import { Injectable } from '@nestjs/common';
import { PostgresService } from '../../platform/postgres/postgres.service';
import { AdminError } from '../admin.errors';
import type {
  AuditEnd,
  AuditEntry,
  AuditFilter,
  AuditIntent,
  AuditOutcome,
  AuditPage,
} from '../domain/audit';
import type { CredentialKind } from '../domain/caller';

interface Row {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly credential: CredentialKind;
  readonly credential_id: string | null;
  readonly address: string;
  readonly user_agent: string | null;
  readonly transport: 'http' | 'socket';
  readonly action: string;
  readonly target: string | null;
  readonly arguments: unknown;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
  readonly outcome: AuditOutcome;
  readonly code: string | null;
  readonly completed_at: Date | null;
}

const COLUMNS = `id::text as id, at, actor, credential, credential_id, address, user_agent, transport, action, target,
  arguments, before, after, reason, outcome, code, completed_at`;

/** The audit log in Postgres; every method throws AdminError `ADMIN_STORE_FAILED` while it cannot be used. */
@Injectable()
export class AuditStore {
  constructor(private readonly postgres: PostgresService) {}

  /** Writes down what is about to be done. @returns the entry's number */
  async begin(intent: AuditIntent): Promise<number> {
    const { actor, credential, credentialId, address, userAgent, transport, action, target, reason } = intent;
    const [row] = await this.query<Pick<Row, 'id'>>(
      `insert into audit_log (actor, credential, credential_id, address, user_agent, transport, action, target, reason,
         arguments, before, outcome)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'STARTED') returning id::text as id`,
      [
        ...[actor, credential, credentialId, address, userAgent, transport, action, target, reason],
        ...[JSON.stringify(intent.arguments ?? {}), jsonOf(intent.before)],
      ],
    );
    if (row === undefined) throw new AdminError('ADMIN_STORE_FAILED', { reason: 'the insert gave no row' });
    return Number(row.id);
  }

  /** Writes down how it went; only the first time. */
  async complete(id: number, { outcome, code, after }: AuditEnd): Promise<void> {
    await this.query(
      `update audit_log set outcome = $2, code = $3, after = $4, completed_at = clock_timestamp()
       where id = $1 and outcome = 'STARTED'`,
      [id, outcome, code, jsonOf(after)],
    );
  }

  /** Entries of a filter in the direction of the page. */
  async page(filter: AuditFilter, page: AuditPage): Promise<AuditEntry[]> {
    const { fromMs, toMs, actor, action, target, outcome } = filter;
    const rows = await this.query<Row>(
      `select ${COLUMNS} from audit_log
       where ($1::bigint is null or id < $1::bigint) and ($2::bigint is null or id > $2::bigint)
         and ($3::numeric is null or at >= to_timestamp($3::numeric / 1000))
         and ($4::numeric is null or at < to_timestamp($4::numeric / 1000))
         and ($5::text is null or actor = $5) and ($6::text is null or action = $6)
         and ($7::text is null or target = $7) and ($8::text is null or outcome = $8)
       order by audit_log.id ${page.direction === 'NEWEST_FIRST' ? 'desc' : 'asc'} limit $9`,
      [page.below, page.above, fromMs, toMs, actor, action, target, outcome, page.limit],
    );
    return rows.map(readRow);
  }

  private async query<Found>(sql: string, parameters: readonly unknown[]): Promise<Found[]> {
    try {
      return await this.postgres.query<Found>(sql, parameters);
    } catch (cause) {
      throw new AdminError('ADMIN_STORE_FAILED', {}, { cause });
    }
  }
}

function jsonOf(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function readRow(row: Row): AuditEntry {
  const { id, at, credential_id, user_agent, completed_at, ...rest } = row;
  return {
    ...rest,
    id: Number(id),
    atMs: at.getTime(),
    credentialId: credential_id,
    userAgent: user_agent,
    completedAtMs: completed_at === null ? null : completed_at.getTime(),
  };
}
