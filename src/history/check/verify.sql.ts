import { EVENT_ROWS, TRADE_ROWS } from '../event.sql';

/** Events given as JSON that Postgres does not hold. */
export const MISSING_EVENTS = `
  select concat_ws(' ', r.timer_id, r.epoch, r.revision, r.number) as identity
  from ${EVENT_ROWS} left join event_keys k using (timer_id, epoch, revision, number) where k.at is null`;

/** Trades given as JSON that Postgres does not hold, and did not see given up. */
export const MISSING_TRADES = `
  select concat_ws(' ', r.timer_id, r.signature, r.index) as identity
  from ${TRADE_ROWS} left join trade_keys k using (timer_id, signature, index)
  where k.block_time is null and not exists (
    select from retracted_trades g where g.timer_id = r.timer_id and g.signature = r.signature and g.index = r.index)`;

/** Trades given as JSON that the chain has given up, and that Postgres does not know so or still has. */
export const NOT_RETRACTED = `
  select concat_ws(' ', r.timer_id, r.signature, r.index) as identity
  from ${TRADE_ROWS} left join retracted_trades g using (timer_id, signature, index)
    left join trade_keys k using (timer_id, signature, index)
    left join trades t on t.timer_id = k.timer_id and t.block_time = k.block_time and t.signature = k.signature
      and t.index = k.index
  where g.signature is null or (t.epoch, t.revision, t.stream_position) <= (r.epoch, r.revision, r.position)`;

const TRADES_IN_RANGE = 'timer_id = $1 and block_time >= $2 and block_time < $3';
const EVENTS_IN_RANGE = 'timer_id = $1 and at >= $2 and at < $3';

/** What Postgres holds twice, without its identity, or not although it has the identity. */
export const INSIDE: readonly { readonly kind: 'double' | 'missing' | 'different'; readonly sql: string }[] =
  [
    {
      kind: 'double',
      sql: `select concat_ws(' ', timer_id, signature, index) as identity from trades where ${TRADES_IN_RANGE}
      group by timer_id, signature, index having count(*) > 1`,
    },
    {
      kind: 'double',
      sql: `select concat_ws(' ', timer_id, epoch, revision, number) as identity from timer_events where ${EVENTS_IN_RANGE}
      group by timer_id, epoch, revision, number having count(*) > 1`,
    },
    {
      kind: 'missing',
      sql: `select concat_ws(' ', timer_id, signature, index) as identity
      from (select *, true as is_key from trade_keys where ${TRADES_IN_RANGE}) k full join (
        select timer_id, signature, index, block_time, true as is_row from trades where ${TRADES_IN_RANGE}) t
        using (timer_id, signature, index, block_time)
      where is_key is null or is_row is null`,
    },
    {
      kind: 'missing',
      sql: `select concat_ws(' ', timer_id, epoch, revision, number) as identity
      from (select *, true as is_key from event_keys where ${EVENTS_IN_RANGE}) k full join (
        select timer_id, epoch, revision, number, at, true as is_row from timer_events where ${EVENTS_IN_RANGE}) e
        using (timer_id, epoch, revision, number, at)
      where is_key is null or is_row is null`,
    },
    {
      // of whole minutes alone: the sum of one that the range cuts holds trades of both sides
      kind: 'different',
      sql: `select concat('sums of ', to_char(minute at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')) as identity
      from (select date_bin('1 minute', block_time, timestamptz '1970-01-01 00:00:00+00') as minute,
          count(*) filter (where side = 'BUY') as buys, count(*) filter (where side = 'SELL') as sells,
          count(*) filter (where moved_deadline) as resets, sum(amount) as volume, count(distinct trader) as traders
        from trades where ${TRADES_IN_RANGE} group by 1) t
      left join trade_buckets b on b.timer_id = $1 and b.size = 'MINUTE' and b.start = minute
      where minute >= $2 and minute + interval '1 minute' <= $3 and (t.buys, t.sells, t.resets, t.volume, t.traders)
        is distinct from (b.buys, b.sells, b.resets, b.volume, b.traders)`,
    },
  ];
