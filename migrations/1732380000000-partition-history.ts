import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows that one statement moves, so that none of them runs into the pool's time limit. */
const CHUNK = 20_000;

/**
 * Partitions trades and events by month. What makes them unique stands in tables that are not partitioned
 * (`trade_keys`, `event_keys`); triggers let nothing in that is there already, whoever inserts it.
 */
export class PartitionHistory1732380000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await run(queryRunner, [...rename('trades'), ...rename('timer_events'), ...TABLES]);
    await makePartitions(queryRunner, 'trades', 'block_time');
    await makePartitions(queryRunner, 'timer_events', 'at');
    const quotes = { columns: ', quote_amount, price', values: `, ${QUOTES}` };
    await move(queryRunner, {
      table: 'trades',
      columns: TRADE_COLUMNS,
      order: KEY_BEFORE.trades,
      more: quotes,
    });
    await move(queryRunner, {
      table: 'timer_events',
      columns: EVENT_COLUMNS,
      order: KEY_BEFORE.timer_events,
    });
    await run(queryRunner, INDEXES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await run(queryRunner, [
      ...rename('trades', false),
      ...rename('timer_events', false),
      'drop trigger trades_once on trades_before',
      'drop trigger timer_events_once on timer_events_before',
      `create table trades (like trades_before including defaults including constraints)`,
      `create table timer_events (like timer_events_before including defaults including constraints)`,
      'alter table trades drop column quote_amount, drop column price',
      `alter table trades add primary key (${TRADE_KEY})`,
      `alter table timer_events add primary key (${EVENT_KEY})`,
    ]);
    await move(queryRunner, { table: 'trades', columns: TRADE_COLUMNS, order: KEY_SINCE.trades });
    await move(queryRunner, { table: 'timer_events', columns: EVENT_COLUMNS, order: KEY_SINCE.timer_events });
    await run(queryRunner, ['drop table trade_keys, event_keys', ...FUNCTIONS_AWAY, ...INDEXES_BEFORE]);
  }
}

const TRADE_KEY = 'timer_id, signature, index';
const EVENT_KEY = 'timer_id, epoch, revision, number';

/** Primary keys before and since, with the types of their columns. */
const KEY_BEFORE = {
  trades: [
    ['timer_id', 'text'],
    ['signature', 'text'],
    ['index', 'integer'],
  ],
  timer_events: [
    ['timer_id', 'text'],
    ['epoch', 'integer'],
    ['revision', 'bigint'],
    ['number', 'integer'],
  ],
} as const;
const KEY_SINCE = {
  trades: [
    ['timer_id', 'text'],
    ['block_time', 'timestamptz'],
    ['slot', 'bigint'],
    ['signature', 'text'],
    ['index', 'integer'],
  ],
  timer_events: [
    ['timer_id', 'text'],
    ['at', 'timestamptz'],
    ['epoch', 'integer'],
    ['revision', 'bigint'],
    ['number', 'integer'],
  ],
} as const;

const TRADE_COLUMNS = `timer_id, signature, index, slot, block_index, block_time, detected_at, mint, side, amount,
  amount_raw, decimals, trader, quote_mint, quote_raw, quote_decimals, program, source, round, moved_deadline,
  is_waiting, epoch, revision, stream_position`;

const EVENT_COLUMNS = `timer_id, epoch, revision, number, type, at, round, deadline, actor, reason, trade_signature,
  trade_index`;

const KEYS = [
  `create table trade_keys (
    timer_id text collate "C" not null,
    signature text collate "C" not null,
    index integer not null,
    block_time timestamptz not null,
    primary key (${TRADE_KEY})
  )`,
  `create table event_keys (
    timer_id text collate "C" not null,
    epoch integer not null,
    revision bigint not null,
    number integer not null,
    at timestamptz not null,
    primary key (${EVENT_KEY})
  )`,
  'create index trade_keys_by_time on trade_keys using brin (block_time)',
  'create index event_keys_by_time on event_keys using brin (at)',
];

const ONCE = [
  `create function keep_trade_once() returns trigger language plpgsql as $$
    begin
      insert into trade_keys (${TRADE_KEY}, block_time)
        values (new.timer_id, new.signature, new.index, new.block_time) on conflict do nothing;
      if found then return new; end if;
      return null;
    end $$`,
  `create function keep_event_once() returns trigger language plpgsql as $$
    begin
      insert into event_keys (${EVENT_KEY}, at)
        values (new.timer_id, new.epoch, new.revision, new.number, new.at) on conflict do nothing;
      if found then return new; end if;
      return null;
    end $$`,
  'create trigger trades_once before insert on trades for each row execute function keep_trade_once()',
  'create trigger timer_events_once before insert on timer_events for each row execute function keep_event_once()',
];

const TABLES = [
  ...KEYS,
  `create table trades (like trades_before including defaults including constraints)
    partition by range (block_time)`,
  `create table timer_events (like timer_events_before including defaults including constraints)
    partition by range (at)`,
  'alter table trades add column quote_amount numeric, add column price numeric',
  'alter table trades add primary key (timer_id, block_time, slot, signature, index)',
  'alter table timer_events add primary key (timer_id, at, epoch, revision, number)',
  ...ONCE,
];

// exact: the exponent moves the point, and div cuts at 18 digits as the API does
const QUOTES = `trim_scale((quote_raw::text || 'e-' || quote_decimals)::numeric) as quote_amount,
  case when amount_raw > 0 then trim_scale((div(quote_raw * ('1e' || (decimals + 18))::numeric,
    amount_raw * ('1e' || quote_decimals)::numeric)::text || 'e-18')::numeric) end as price`;

// the signature, long and only there to order what shares a slot, stays out of all but the primary key
const INDEXES = [
  'create index trades_by_trader on trades (timer_id, trader, block_time, slot)',
  'create index trades_by_round on trades (timer_id, round, block_time, slot) where round is not null',
  'create index trades_by_program on trades (timer_id, program, block_time, slot)',
  'create index timer_events_by_type on timer_events (timer_id, type, at)',
  'create index timer_events_by_round on timer_events (timer_id, round, at)',
  'create index timer_events_by_actor on timer_events (timer_id, actor, at)',
];

const INDEXES_BEFORE = [
  'create index timer_events_by_type on timer_events (timer_id, type, epoch, revision, number)',
  'create index timer_events_by_time on timer_events (timer_id, at)',
  'create index trades_newest on trades (timer_id, block_time, slot, signature, index)',
  'create index trades_by_trader on trades (timer_id, trader, block_time, slot, signature, index)',
  'create index trades_by_round on trades (timer_id, round, block_time, slot, signature, index) where round is not null',
];

const FUNCTIONS_AWAY = ['drop function keep_trade_once()', 'drop function keep_event_once()'];

const OLD_INDEXES = {
  trades: ['trades_newest', 'trades_by_trader', 'trades_by_round'],
  timer_events: ['timer_events_by_type', 'timer_events_by_time'],
};

const NEW_INDEXES = {
  trades: ['trades_by_trader', 'trades_by_round', 'trades_by_program'],
  timer_events: ['timer_events_by_type', 'timer_events_by_round', 'timer_events_by_actor'],
};

type Table = 'trades' | 'timer_events';

function rename(table: Table, isUp = true): string[] {
  const indexes = (isUp ? OLD_INDEXES : NEW_INDEXES)[table];
  return [
    ...indexes.map((index) => `drop index ${index}`),
    `alter table ${table} rename to ${table}_before`,
    `alter index ${table}_pkey rename to ${table}_before_pkey`,
  ];
}

async function makePartitions(queryRunner: QueryRunner, table: Table, column: string): Promise<void> {
  const rows = await queryRunner.manager.query<{ name: string; from: string; to: string }[]>(
    `select to_char(month, '"${table}_"YYYY_MM') as name, month || '+00' as from,
       month + interval '1 month' || '+00' as to
     from (select min(${column} at time zone 'UTC') as oldest, max(${column} at time zone 'UTC') as newest
       from ${table}_before) as range,
       generate_series(date_trunc('month', oldest), newest, interval '1 month') as month`,
  );
  for (const { name, from, to } of rows) {
    await queryRunner.query(
      `create table ${name} partition of ${table} for values from ('${from}') to ('${to}')`,
    );
  }
}

interface Moving {
  readonly table: Table;
  readonly columns: string;
  /** Primary key of the table before, with types. */
  readonly order: readonly (readonly [string, string])[];
  /** Columns that the table before has not. */
  readonly more?: { readonly columns: string; readonly values: string };
}

// by the primary key of the table before, so that each chunk begins where the last one ended
async function move(queryRunner: QueryRunner, { table, columns, order, more }: Moving): Promise<void> {
  const key = order.map(([column]) => column).join(', ');
  const place = order.map(([, type], at) => `$${at + 1}::text::${type}`).join(', ');
  const texts = order.map(([column]) => `${column}::text as ${column}`).join(', ');
  for (let last: readonly unknown[] | null = null; ;) {
    const behind = last === null ? '' : `where (${key}) > (${place})`;
    const rows: Record<string, string>[] = await queryRunner.manager.query(
      `with chunk as (select ${columns}${more?.values ?? ''} from ${table}_before ${behind} order by ${key} limit ${CHUNK}),
       kept as (insert into ${table} (${columns}${more?.columns ?? ''})
         select ${columns}${more?.columns ?? ''} from chunk order by ${key})
       select ${texts} from chunk order by ${descending(key)} limit 1`,
      [...(last ?? [])],
    );
    const [row] = rows;
    if (row === undefined) break;
    last = order.map(([column]) => row[column]);
  }
  await queryRunner.query(`drop table ${table}_before`);
}

function descending(key: string): string {
  return key
    .split(', ')
    .map((column) => `chunk.${column} desc`)
    .join(', ');
}

async function run(queryRunner: QueryRunner, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await queryRunner.query(statement);
}
