import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The durable log: timers, their events, trades, rounds, admin acts and reading cursors. */
export class CreateEventLog1732350000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [TIMERS, TIMER_EVENTS, TRADES, ROUNDS, ACTS, CURSORS, ...INDEXES]) {
      await queryRunner.query(statement);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table cursors, acts, rounds, trades, timer_events, timers');
  }
}

// (epoch, revision, stream_position) orders what is overwritten: commits that nobody sees keep the revision.
const TIMERS = `
  create table timers (
    id text collate "C" primary key,
    epoch integer not null check (epoch >= 0),
    revision bigint not null check (revision >= 0),
    stream_position bigint not null default 0,
    state jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`;

const TIMER_EVENTS = `
  create table timer_events (
    timer_id text collate "C" not null,
    epoch integer not null check (epoch >= 0),
    revision bigint not null check (revision >= 0),
    number integer not null check (number >= 0),
    type text not null check (type in ('CREATED', 'STARTED', 'RESET', 'EXTENDED', 'PAUSED', 'RESUMED', 'SETTLING',
      'EXPIRED', 'CONFIGURED', 'DELETED', 'LATE_TRADE', 'RECOVERED')),
    at timestamptz not null,
    round integer not null check (round >= 0),
    deadline timestamptz,
    actor text not null,
    reason text,
    trade_signature text collate "C",
    trade_index integer check (trade_index >= 0),
    primary key (timer_id, epoch, revision, number),
    check ((trade_signature is null) = (trade_index is null))
  )`;

const TRADES = `
  create table trades (
    timer_id text collate "C" not null,
    signature text collate "C" not null,
    index integer not null check (index >= 0),
    slot bigint not null check (slot >= 0),
    block_index integer check (block_index >= 0),
    block_time timestamptz not null,
    detected_at timestamptz not null,
    mint text collate "C" not null,
    side text not null check (side in ('BUY', 'SELL')),
    amount numeric not null check (amount >= 0),
    amount_raw numeric(39, 0) not null check (amount_raw >= 0),
    decimals integer not null check (decimals between 0 and 255),
    trader text collate "C" not null,
    quote_mint text collate "C",
    quote_raw numeric(39, 0) check (quote_raw >= 0),
    quote_decimals integer check (quote_decimals between 0 and 255),
    program text not null,
    source text not null check (source in ('POLLING', 'WEBHOOK', 'WEBSOCKET', 'BACKFILL')),
    round integer check (round >= 0),
    moved_deadline boolean not null,
    is_waiting boolean not null,
    epoch integer not null check (epoch >= 0),
    revision bigint not null check (revision >= 0),
    stream_position bigint not null default 0,
    primary key (timer_id, signature, index)
  )`;

const ROUNDS = `
  create table rounds (
    timer_id text collate "C" not null,
    round integer not null check (round >= 0),
    started_at timestamptz not null,
    ended_at timestamptz not null,
    is_void boolean not null,
    is_complete boolean not null,
    winner text collate "C",
    last_trade jsonb,
    trades integer not null check (trades >= 0),
    resets integer not null check (resets >= 0),
    volume numeric not null check (volume >= 0),
    primary key (timer_id, round),
    check (winner is null or not is_void)
  )`;

const ACTS = `
  create table acts (
    id uuid primary key,
    timer_id text collate "C" not null,
    status text not null check (status in ('accepted', 'refused')),
    type text not null,
    at timestamptz not null,
    actor text not null,
    reason text,
    act jsonb not null,
    created_at timestamptz not null default now()
  )`;

const CURSORS = `
  create table cursors (
    timer_id text collate "C" not null,
    address text collate "C" not null,
    slot bigint not null check (slot >= 0),
    signature text collate "C",
    epoch integer not null check (epoch >= 0),
    revision bigint not null check (revision >= 0),
    stream_position bigint not null default 0,
    primary key (timer_id, address)
  )`;

const INDEXES = [
  'create index timer_events_by_type on timer_events (timer_id, type, epoch, revision, number)',
  'create index timer_events_by_time on timer_events (timer_id, at)',
  'create index trades_newest on trades (timer_id, block_time, slot, signature, index)',
  'create index trades_by_trader on trades (timer_id, trader, block_time, slot, signature, index)',
  'create index trades_by_round on trades (timer_id, round, block_time, slot, signature, index) where round is not null',
  'create index acts_by_time on acts (timer_id, at)',
];
