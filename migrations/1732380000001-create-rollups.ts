import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What buckets and statistics are served from: trades summed up by time, by price pair, and by trader. */
export class CreateRollups1732380000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await run(queryRunner, [TRADE_BUCKETS, PRICE_BUCKETS, TRADER_DAYS, SAVES, ...INDEXES]);
    const [range] = await queryRunner.manager.query<{ days: string[] | null }[]>(
      `select array_agg(day::text order by day) as days
       from (select min(block_time) as oldest, max(block_time) as newest from trades) as r,
         generate_series(date_trunc('day', oldest at time zone 'UTC'), newest at time zone 'UTC', interval '1 day') as day`,
    );
    for (const day of range?.days ?? []) {
      for (const statement of FILL) await queryRunner.query(statement, [`${day}+00`]);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop index rounds_incomplete');
    await queryRunner.query('drop table trade_buckets, price_buckets, trader_days, saves');
  }
}

// traders_of_…: of the traders of this bucket, how many had no trade before in the larger one; these add up
const TRADE_BUCKETS = `
  create table trade_buckets (
    timer_id text collate "C" not null,
    size text collate "C" not null check (size in ('MINUTE', 'FIVE_MINUTES', 'HOUR', 'DAY')),
    start timestamptz not null,
    buys integer not null,
    sells integer not null,
    resets integer not null,
    volume numeric not null,
    traders integer not null,
    traders_of_five_minutes integer not null,
    traders_of_hour integer not null,
    traders_of_day integer not null,
    first_at timestamptz,
    last_at timestamptz,
    shortest_wait interval,
    longest_wait interval,
    primary key (timer_id, size, start)
  )`;

// open_key and close_key: chain order of the trades that opened and closed, as text
const PRICE_BUCKETS = `
  create table price_buckets (
    timer_id text collate "C" not null,
    size text collate "C" not null check (size in ('MINUTE', 'FIVE_MINUTES', 'HOUR', 'DAY')),
    start timestamptz not null,
    mint text collate "C" not null,
    quote_mint text collate "C" not null,
    trades integer not null,
    quote_volume numeric not null,
    open numeric not null,
    high numeric not null,
    low numeric not null,
    close numeric not null,
    open_key text collate "C" not null,
    close_key text collate "C" not null,
    primary key (timer_id, size, start, mint, quote_mint)
  )`;

const TRADER_DAYS = `
  create table trader_days (
    timer_id text collate "C" not null,
    day timestamptz not null,
    trader text collate "C" not null,
    trades integer not null,
    volume numeric not null,
    primary key (timer_id, day, trader)
  )`;

const SAVES = `
  create table saves (
    timer_id text collate "C" not null,
    signature text collate "C" not null,
    index integer not null,
    at timestamptz not null,
    trader text collate "C" not null,
    time_left interval not null,
    primary key (timer_id, signature, index)
  )`;

const INDEXES = [
  'create index saves_by_time on saves (timer_id, at)',
  'create index rounds_incomplete on rounds (timer_id, started_at) where not is_complete',
];

const DAY = `t.block_time >= $1::timestamptz and t.block_time < $1::timestamptz + interval '1 day'`;
const BINS = [
  ['MINUTE', '1 minute'],
  ['FIVE_MINUTES', '5 minutes'],
  ['HOUR', '1 hour'],
  ['DAY', '1 day'],
] as const;
const START = "timestamptz '1970-01-01 00:00:00+00'";
const CHAIN_KEY = `concat_ws(' ', lpad(t.slot::text, 16, '0'),
  case when t.block_index is null then '~' else lpad(t.block_index::text, 10, '0') end,
  t.signature, lpad(t.index::text, 10, '0'))`;

function bin(width: string): string {
  return `date_bin('${width}', t.block_time, ${START})`;
}

function fillTradeBuckets([size, width]: readonly [string, string]): string {
  const isFirst = (of: string): string =>
    `row_number() over (partition by t.timer_id, t.trader, ${bin(of)} order by t.block_time, t.slot, t.signature,
      t.index) = 1`;
  return `
    insert into trade_buckets
    select timer_id, '${size}', start, sum((side = 'BUY')::integer), sum((side = 'SELL')::integer),
      sum(moved_deadline::integer), sum(amount), count(distinct trader), sum(of_five::integer), sum(of_hour::integer),
      sum(of_day::integer), min(block_time), max(block_time), min(wait), max(wait)
    from (select t.*, ${bin(width)} as start, ${isFirst('5 minutes')} as of_five, ${isFirst('1 hour')} as of_hour,
        ${isFirst('1 day')} as of_day,
        nullif(t.block_time - lag(t.block_time) over (partition by t.timer_id, ${bin(width)} order by t.block_time),
          interval '0') as wait
      from trades t where ${DAY}) as placed
    group by timer_id, start`;
}

function fillPriceBuckets([size, width]: readonly [string, string]): string {
  return `
    insert into price_buckets
    select timer_id, '${size}', start, mint, quote_mint, count(*), sum(quote_amount), (array_agg(price order by key))[1],
      max(price), min(price), (array_agg(price order by key desc))[1], min(key), max(key)
    from (select t.*, ${bin(width)} as start, (${CHAIN_KEY}) collate "C" as key
      from trades t where ${DAY} and t.quote_mint is not null and t.price is not null) as priced
    group by timer_id, start, mint, quote_mint`;
}

// which trades saved a round in its last seconds is known from here on: older events are not judged again
const FILL = [
  ...BINS.map(fillTradeBuckets),
  ...BINS.map(fillPriceBuckets),
  `insert into trader_days
   select t.timer_id, date_bin('1 day', t.block_time, ${START}), t.trader, count(*), sum(t.amount)
   from trades t where ${DAY} group by 1, 2, 3`,
];

async function run(queryRunner: QueryRunner, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await queryRunner.query(statement);
}
