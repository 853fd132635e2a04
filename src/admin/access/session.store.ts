import { Injectable } from '@nestjs/common';
import { PostgresService } from '../../platform/postgres/postgres.service';
import { AdminError } from '../admin.errors';
import type { NewSession, Session } from '../domain/session';
import { readSessionRow } from './read-rows';
import type { SessionRow } from './read-rows';

const COLUMNS = `s.id, s.actor, s.scopes, s.api_key_id, s.address, s.user_agent, s.created_at, s.last_seen_at,
  s.expires_at, s.revoked_at, s.revoked_by`;

/** A session counts as long as the API key that it was opened with. */
const LIVE = `s.revoked_at is null and s.expires_at > now()
  and (s.api_key_id is null or exists (select 1 from api_keys k
    where k.id = s.api_key_id and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())))`;

/** Sessions in Postgres; every method throws AdminError `ADMIN_STORE_FAILED` while it cannot be used. */
@Injectable()
export class SessionStore {
  constructor(private readonly postgres: PostgresService) {}

  /** The live session of one of these hashes; null where there is none. */
  async findByHash(hashes: readonly Buffer[]): Promise<Session | null> {
    return await this.one(
      `select ${COLUMNS} from sessions s where s.token_hash = any ($1::bytea[]) and ${LIVE}`,
      [hashes],
    );
  }

  /** A live session; null where there is none of this id. */
  async find(id: string): Promise<Session | null> {
    return await this.one(`select ${COLUMNS} from sessions s where s.id = $1 and ${LIVE}`, [id]);
  }

  /** A session, whatever became of it; null where there is none. */
  async findAny(id: string): Promise<Session | null> {
    return await this.one(`select ${COLUMNS} from sessions s where s.id = $1`, [id]);
  }

  /** All live sessions, the one signed in last first. */
  async all(): Promise<Session[]> {
    const sql = `select ${COLUMNS} from sessions s where ${LIVE} order by s.created_at desc, s.id`;
    return (await this.query<SessionRow>(sql)).map(readSessionRow);
  }

  /** Keeps a new session, and drops those that ended a month ago. */
  async insert(session: NewSession): Promise<Session> {
    const { id, actor, scopes, apiKeyId, address, userAgent, tokenHash, lastsMs } = session;
    const kept = await this.one(
      `with dropped as (delete from sessions where expires_at < now() - interval '30 days'),
         written as (
           insert into sessions (id, token_hash, actor, scopes, api_key_id, address, user_agent, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, now() + $8::numeric * interval '1 millisecond') returning *)
       select ${COLUMNS} from written s`,
      [id, tokenHash, actor, scopes, apiKeyId, address, userAgent, lastsMs],
    );
    if (kept === null) throw new AdminError('ADMIN_STORE_FAILED', { reason: 'the insert gave no row' });
    return kept;
  }

  /** Ends a session; null where there is none. Safe to repeat. */
  async revoke(id: string, actor: string): Promise<Session | null> {
    return await this.one(
      `with written as (
         update sessions set revoked_at = now(), revoked_by = $2 where id = $1 and revoked_at is null returning *)
       select ${COLUMNS} from written s
       union all
       select ${COLUMNS} from sessions s where s.id = $1 and s.revoked_at is not null`,
      [id, actor],
    );
  }

  /** Notes that a session was used; at most every ten seconds. */
  async touch(id: string): Promise<void> {
    await this.query(
      `update sessions set last_seen_at = now() where id = $1 and last_seen_at < now() - interval '10 seconds'`,
      [id],
    );
  }

  private async one(sql: string, parameters: readonly unknown[]): Promise<Session | null> {
    const [row] = await this.query<SessionRow>(sql, parameters);
    return row === undefined ? null : readSessionRow(row);
  }

  private async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    try {
      return await this.postgres.query<Row>(sql, parameters);
    } catch (cause) {
      throw new AdminError('ADMIN_STORE_FAILED', {}, { cause });
    }
  }
}
