import { TRADE_ROWS } from '../event.sql';

/** Columns of a trade that history is given. */
export const COLUMNS = `timer_id, signature, index, slot, block_index, block_time, detected_at, mint, side, amount, amount_raw,
  decimals, trader, quote_mint, quote_raw, quote_decimals, quote_amount, price, program, source, round, moved_deadline,
  is_waiting, epoch, revision`;

/** Start of the bucket of `width` that holds `at`; UTC. */
export function binOf(width: string, at: string): string {
  return `date_bin('${width}', ${at}, timestamptz '1970-01-01 00:00:00+00')`;
}

/** Chain order inside a timer, as text: what has no known place in its block comes last. */
export const CHAIN_KEY = `(concat_ws(' ', lpad(t.slot::text, 16, '0'),
  case when t.block_index is null then '~' else lpad(t.block_index::text, 10, '0') end,
  t.signature, lpad(t.index::text, 10, '0'))) collate "C"`;

/**
 * The trader's trades around a new one on the same day, those of the same statement left out: they are not in its
 * snapshot.
 */
const NEIGHBOURS = `
  cross join lateral (select (
      select o.block_time from trades o where o.timer_id = t.timer_id and o.trader = t.trader
        and o.block_time >= ${binOf('1 day', 't.block_time')} and o.block_time <= t.block_time
      order by o.block_time desc limit 1) as before, (
      select o.block_time from trades o where o.timer_id = t.timer_id and o.trader = t.trader
        and o.block_time < ${binOf('1 day', 't.block_time')} + interval '1 day' and o.block_time >= t.block_time
      order by o.block_time limit 1) as after) as near`;

/** 1 for the first trade of its trader in the bucket of `width`, 0 for all others, whatever order they come in. */
function isNewIn(width: string): string {
  const start = binOf(width, 't.block_time');
  return `(coalesce(near.before < ${start}, true) and coalesce(near.after >= ${start} + interval '${width}', true)
    and row_number() over (partition by t.timer_id, t.trader, ${start}
      order by t.block_time, t.slot, t.signature, t.index) = 1)::integer`;
}

/**
 * Writes new trades and sums them up, in one statement and so together or not at all. The minutes' waits and all
 * larger buckets are refreshed behind it. What the chain gave up later than this was said stays away.
 *
 * Answers identity and block time of the trades that are new.
 */
export const INSERT_TRADES = `
  with fresh as (
    insert into trades (${COLUMNS}, stream_position) select ${COLUMNS}, position from ${TRADE_ROWS}
    where not exists (
      select from retracted_trades g where g.timer_id = r.timer_id and g.signature = r.signature and g.index = r.index
        and (g.epoch, g.revision, g.stream_position) >= (r.epoch, r.revision, r.position))
    returning *),
  placed as (
    select t.*, ${binOf('1 minute', 't.block_time')} as minute, ${isNewIn('1 minute')} as in_minute,
      ${isNewIn('5 minutes')} as in_five, ${isNewIn('1 hour')} as in_hour, ${isNewIn('1 day')} as in_day
    from fresh t ${NEIGHBOURS}),
  counted as (
    insert into trade_buckets as b
    select timer_id, 'MINUTE', minute, count(*) filter (where side = 'BUY'), count(*) filter (where side = 'SELL'),
      count(*) filter (where moved_deadline), sum(amount), sum(in_minute), sum(in_five), sum(in_hour), sum(in_day)
    from placed group by timer_id, minute
    on conflict (timer_id, size, start) do update set buys = b.buys + excluded.buys, sells = b.sells + excluded.sells,
      resets = b.resets + excluded.resets, volume = b.volume + excluded.volume, traders = b.traders + excluded.traders,
      traders_of_five_minutes = b.traders_of_five_minutes + excluded.traders_of_five_minutes,
      traders_of_hour = b.traders_of_hour + excluded.traders_of_hour,
      traders_of_day = b.traders_of_day + excluded.traders_of_day),
  priced as (
    insert into price_buckets as b
    select timer_id, 'MINUTE', minute, mint, quote_mint, count(*), sum(quote_amount),
      (array_agg(price order by key))[1], max(price), min(price), (array_agg(price order by key desc))[1],
      min(key), max(key)
    from (select t.*, ${CHAIN_KEY} as key from placed t where quote_mint is not null and price is not null) as keyed
    group by timer_id, minute, mint, quote_mint
    on conflict (timer_id, size, start, mint, quote_mint) do update set trades = b.trades + excluded.trades,
      quote_volume = b.quote_volume + excluded.quote_volume,
      high = greatest(b.high, excluded.high), low = least(b.low, excluded.low),
      open = case when excluded.open_key < b.open_key then excluded.open else b.open end,
      close = case when excluded.close_key > b.close_key then excluded.close else b.close end,
      open_key = least(b.open_key, excluded.open_key), close_key = greatest(b.close_key, excluded.close_key)),
  traded as (
    insert into trader_days as d
    select timer_id, ${binOf('1 day', 'block_time')}, trader, count(*), sum(amount) from fresh group by 1, 2, 3
    on conflict (timer_id, day, trader) do update set trades = d.trades + excluded.trades,
      volume = d.volume + excluded.volume),
  totalled as (
    insert into trader_totals as d
    select timer_id, trader, count(*), sum(amount) from fresh group by 1, 2
    on conflict (timer_id, trader) do update set trades = d.trades + excluded.trades,
      volume = d.volume + excluded.volume)
  select timer_id, signature, index, block_time, false as is_moved from fresh`;

/**
 * Corrects what the fold made of known trades, and the resets of their minutes, where the commit is not older than the
 * one that is written. Answers identity and block time of those trades; is_moved: another place in its block.
 */
export const CORRECT_TRADES = `
  with before as (
    select t.timer_id, t.block_time, t.slot, t.signature, t.index, t.moved_deadline, t.block_index, r.round as new_round,
      r.moved_deadline as new_moved, r.is_waiting as new_waiting, r.block_index as new_block_index,
      r.epoch as new_epoch, r.revision as new_revision, r.position
    from ${TRADE_ROWS} join trade_keys k using (timer_id, signature, index)
      join trades t on t.timer_id = k.timer_id and t.block_time = k.block_time and t.signature = k.signature
        and t.index = k.index
    where (r.epoch, r.revision, r.position) >= (t.epoch, t.revision, t.stream_position)),
  corrected as (
    update trades t set block_index = b.new_block_index, round = b.new_round, moved_deadline = b.new_moved,
      is_waiting = b.new_waiting, epoch = b.new_epoch, revision = b.new_revision, stream_position = b.position
    from before b
    where t.timer_id = b.timer_id and t.block_time = b.block_time and t.slot = b.slot and t.signature = b.signature
      and t.index = b.index
    returning t.timer_id, t.signature, t.index, t.block_time,
      b.block_index is distinct from b.new_block_index as is_moved),
  counted as (
    update trade_buckets m set resets = m.resets + d.delta
    from (select timer_id, ${binOf('1 minute', 'block_time')} as minute,
        sum(new_moved::integer - moved_deadline::integer) as delta from before group by 1, 2) as d
    where m.timer_id = d.timer_id and m.size = 'MINUTE' and m.start = d.minute and d.delta <> 0)
  select timer_id, signature, index, block_time, is_moved from corrected`;
