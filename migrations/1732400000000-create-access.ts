import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may administer, and what they did: API keys, sessions of the panel, the audit log. */
export class CreateAccess1732400000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [API_KEYS, SESSIONS, AUDIT_LOG, ...INDEXES, PROTECT, ...PROTECTION]) {
      await queryRunner.query(statement);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table audit_log, sessions, api_keys');
    await queryRunner.query('drop function protect_audit_log');
  }
}

// a key's secret part is random, so that its plain hash gives nothing away
const API_KEYS = `
  create table api_keys (
    id uuid primary key,
    name text not null,
    secret_hash bytea not null check (length(secret_hash) = 32),
    scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ array['read', 'operate', 'admin']),
    created_at timestamptz not null default now(),
    created_by text not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    last_used_from text,
    revoked_at timestamptz,
    revoked_by text
  )`;

// token_hash is keyed by the secret that was signed in with, so that a session ends when its secret is taken away
const SESSIONS = `
  create table sessions (
    id uuid primary key,
    token_hash bytea not null unique check (length(token_hash) = 32),
    actor text not null,
    scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ array['read', 'operate', 'admin']),
    api_key_id uuid references api_keys (id),
    address text not null,
    user_agent text,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoked_by text
  )`;

const AUDIT_LOG = `
  create table audit_log (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    actor text not null,
    credential text not null check (credential in ('secret', 'key', 'session')),
    credential_id uuid,
    address text not null,
    user_agent text,
    transport text not null check (transport in ('http', 'socket')),
    action text not null,
    target text,
    arguments jsonb not null,
    before jsonb,
    after jsonb,
    reason text,
    outcome text not null check (outcome in ('STARTED', 'DONE', 'REFUSED', 'FAILED')),
    code text,
    completed_at timestamptz
  )`;

const INDEXES = [
  'create unique index api_keys_by_name on api_keys (lower(name)) where revoked_at is null',
  'create index sessions_by_key on sessions (api_key_id) where api_key_id is not null',
  'create index sessions_by_end on sessions (expires_at)',
  'create index audit_log_by_target on audit_log (target, id)',
  'create index audit_log_by_action on audit_log (action, id)',
  'create index audit_log_by_actor on audit_log (actor, id)',
];

// an entry is written when its act begins and completed once; nothing else may happen to it
const PROTECT = `
  create function protect_audit_log() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and old.outcome = 'STARTED' and new.outcome <> 'STARTED'
      and (new.id, new.at, new.actor, new.credential, new.credential_id, new.address, new.user_agent, new.transport,
          new.action, new.target, new.arguments, new.before, new.reason)
        is not distinct from
          (old.id, old.at, old.actor, old.credential, old.credential_id, old.address, old.user_agent, old.transport,
          old.action, old.target, old.arguments, old.before, old.reason)
    then
      return new;
    end if;
    raise exception 'the audit log is only added to';
  end
  $$`;

const PROTECTION = [
  `create trigger audit_log_is_completed_once before update or delete on audit_log
   for each row execute function protect_audit_log()`,
  `create trigger audit_log_is_never_emptied before truncate on audit_log
   for each statement execute function protect_audit_log()`,
];
