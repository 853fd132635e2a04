/*
 * Fills a migrated database with trades of realistic shape: a daily wave with busy hours, few wallets that trade most,
 * amounts over five orders of magnitude, rounds of a few hundred trades, and an event for each move of the deadline.
 */
const CHUNK = 50_000;
const EPOCH = "timestamptz '1970-01-01 00:00:00+00'";
const SIZES = { MINUTE: '1 minute', FIVE_MINUTES: '5 minutes', HOUR: '1 hour', DAY: '1 day' };

/** Share of the chain's time that has passed at share `u` of the trades, so that nights are calm and evenings are not. */
const WAVE = (u, days) => `(${u} + 0.75 * sin(2 * pi() * ${days} * (${u})) / (2 * pi() * ${days}))`;

const TRADES = `
  with drawn as (
    select n, n::float8 / $2::float8 as u, md5('a' || n) as a, md5('b' || n) as b, md5('c' || n) as c,
      ('x' || substr(md5('t' || n), 1, 7))::bit(28)::int / 268435456.0::float8 as p,
      ('x' || substr(md5('q' || n), 1, 7))::bit(28)::int / 268435456.0::float8 as q
    from generate_series($3::bigint, $4::bigint) as n),
  placed as (
    select *, date_trunc('second', $5::timestamptz + ${WAVE('u', '$6::float8')} * $6::float8 * interval '1 day') as at,
      1000 + floor(exp(11.5 * p * q + 4))::bigint as raw, 40000 + floor(9000 * sin(u * 40) + 3000 * p)::bigint as unit
    from drawn),
  kept as (
    insert into trade_keys select $1, rpad(a || b || c, 88, 'z'), 0, at from placed)
  insert into trades (timer_id, signature, index, slot, block_time, detected_at, mint, side, amount, amount_raw, decimals,
    trader, quote_mint, quote_raw, quote_decimals, quote_amount, price, program, source, round, moved_deadline, is_waiting,
    epoch, revision)
  select $1, rpad(a || b || c, 88, 'z'), 0, 300000000 + n, at, at + interval '1300 ms', 'Mint1',
    case when q < 0.54 then 'BUY' else 'SELL' end, trim_scale(raw / 1e6::numeric), raw, 6,
    'w' || substr(md5('w' || floor(200000 * power(p, 4))), 1, 32) || '0000000000', 'Quote1', raw * unit / 1000, 9,
    trim_scale((raw * unit / 1000) / 1e9::numeric), trim_scale(trunc((raw * unit / 1000) / 1e3::numeric / raw, 18)),
    (array['Jupiter', 'Raydium', 'Pump', 'Meteora', 'Orca', 'unknown'])[1 + floor(6 * q * q)::int],
    case when p < 0.9 then 'POLLING' else 'WEBHOOK' end, 1 + n / 400, p < 0.7, false, 1, n
  from placed`;

const EVENTS = `
  with made as (
    select * from trades where timer_id = $1 and block_time between $2 and $3 and slot between $4 and $5 and moved_deadline),
  kept as (insert into event_keys select $1, 1, revision, 0, detected_at from made)
  insert into timer_events (timer_id, epoch, revision, number, type, at, round, deadline, actor, trade_signature, trade_index)
  select $1, 1, revision, 0, case when slot % 400 = 0 then 'STARTED' else 'RESET' end, detected_at, round,
    block_time + interval '10 minutes', 'chain', signature, index from made`;

const ROUNDS = `
  insert into rounds
  select timer_id, round, min(block_time), max(block_time), false, true, max(trader), null, count(*),
    count(*) filter (where moved_deadline), sum(amount)
  from trades where timer_id = $1 group by timer_id, round`;

const COUNTS = (size, width) => `
  insert into trade_buckets
  select timer_id, '${size}', date_bin('${width}', block_time, ${EPOCH}), count(*) filter (where side = 'BUY'),
    count(*) filter (where side = 'SELL'), count(*) filter (where moved_deadline), sum(amount), count(distinct trader),
    0, 0, 0, min(block_time), max(block_time), interval '1 second', interval '1 minute'
  from trades where timer_id = $1 and block_time >= $2 and block_time < $3 group by 1, 3`;

const PRICES = (size, width) => `
  insert into price_buckets
  select timer_id, '${size}', date_bin('${width}', block_time, ${EPOCH}), mint, quote_mint, count(*), sum(quote_amount),
    (array_agg(price order by slot))[1], max(price), min(price), (array_agg(price order by slot desc))[1],
    min(slot)::text, max(slot)::text
  from trades where timer_id = $1 and block_time >= $2 and block_time < $3 group by 1, 3, 4, 5`;

const DAYS = `
  insert into trader_days
  select timer_id, date_bin('1 day', block_time, ${EPOCH}), trader, count(*), sum(amount)
  from trades where timer_id = $1 and block_time >= $2 and block_time < $3 group by 1, 2, 3`;

const TOTALS = `
  insert into trader_totals
  select timer_id, trader, sum(trades), sum(volume) from trader_days where timer_id = $1 group by 1, 2`;

const SAVES = `
  insert into saves select timer_id, signature, index, block_time, trader, interval '4 seconds' from trades
  where timer_id = $1 and block_time >= $2 and block_time < $3 and slot % 700 = 0`;

const TIMER = `
  insert into timers (id, epoch, revision, state, created_at, updated_at)
  values ($1, 1, $2, '{"unfetched": 0, "current": {"phase": "EXPIRED", "round": 1}}', now(), now()) on conflict do nothing`;

/**
 * @param client - a connected pg client, without time limits
 * @param progress - called with the share that is done and what is being done
 */
export async function load(client, { timerId, rows, from, days, partitions }, progress) {
  const to = new Date(from.getTime() + days * 86_400_000);
  await makeMonths(partitions, from, to);
  await client.query(TIMER, [timerId, rows]);
  // identities are written by the same statement, a thousand times faster than row by row
  await client.query('alter table trades disable trigger trades_once');
  await client.query('alter table timer_events disable trigger timer_events_once');
  for (let first = 1; first <= rows; first += CHUNK) {
    const last = Math.min(first + CHUNK - 1, rows);
    await client.query(TRADES, [timerId, rows, first, last, from, days]);
    const [low, high] = [300_000_000 + first, 300_000_000 + last];
    await client.query(EVENTS, [timerId, from, to, low, high]);
    progress((last / rows) * 0.7, `${last} trades`);
  }
  await client.query('alter table trades enable trigger trades_once');
  await client.query('alter table timer_events enable trigger timer_events_once');
  await client.query(ROUNDS, [timerId]);
  for (let day = 0; day < days; day += 1) {
    const range = [0, 1].map((more) => new Date(from.getTime() + (day + more) * 86_400_000));
    for (const [size, width] of Object.entries(SIZES)) {
      await client.query(COUNTS(size, width), [timerId, ...range]);
      await client.query(PRICES(size, width), [timerId, ...range]);
    }
    await client.query(DAYS, [timerId, ...range]);
    await client.query(SAVES, [timerId, ...range]);
    progress(0.7 + ((day + 1) / days) * 0.25, `sums of day ${day + 1}`);
  }
  await client.query(TOTALS, [timerId]);
  progress(0.95, 'vacuum and analyze');
  await client.query('vacuum (analyze)');
  progress(1, 'loaded');
}

async function makeMonths({ store, tables, monthOf }, from, to) {
  for (const table of tables) {
    for (let month = monthOf(from.getTime()); month <= monthOf(to.getTime()) + 1; month += 1) {
      await store.make(table, month);
    }
  }
}
