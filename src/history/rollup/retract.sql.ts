import { TRADE_ROWS } from '../event.sql';
import { STARTS } from './bucket.sql';
import { binOf, CHAIN_KEY, COLUMNS } from './trade.sql';

const SAME_TRADE = (a: string, b: string): string =>
  `${a}.timer_id = ${b}.timer_id and ${a}.signature = ${b}.signature and ${a}.index = ${b}.index`;

const CORRECTED = `${COLUMNS}, stream_position`
  .split(',')
  .map((column) => column.trim())
  .map((column) => `${column} = excluded.${column}`)
  .join(', ');

/**
 * Moves trades that the chain has given up out of the trades, unless a later commit had them again. Their identities are
 * free then. Answers who had traded when.
 */
export const RETRACT_TRADES = `
  with gone as (
    delete from trades t using ${TRADE_ROWS} join trade_keys k using (timer_id, signature, index)
    where ${SAME_TRADE('t', 'k')} and t.block_time = k.block_time
      and (t.epoch, t.revision, t.stream_position) <= (r.epoch, r.revision, r.position)
    returning t.timer_id, t.signature, t.index, t.block_time, t.trader, t.amount),
  freed as (delete from trade_keys k using gone g where ${SAME_TRADE('k', 'g')}),
  unsaved as (delete from saves s using gone g where ${SAME_TRADE('s', 'g')}),
  of_days as (
    update trader_days d set trades = d.trades - g.trades, volume = d.volume - g.volume
    from (select timer_id, ${binOf('1 day', 'block_time')} as day, trader, count(*) as trades, sum(amount) as volume
      from gone group by 1, 2, 3) as g
    where d.timer_id = g.timer_id and d.day = g.day and d.trader = g.trader),
  of_totals as (
    update trader_totals d set trades = d.trades - g.trades, volume = d.volume - g.volume
    from (select timer_id, trader, count(*) as trades, sum(amount) as volume from gone group by 1, 2) as g
    where d.timer_id = g.timer_id and d.trader = g.trader),
  kept as (
    insert into retracted_trades as g (${COLUMNS}, stream_position) select ${COLUMNS}, position from ${TRADE_ROWS}
    on conflict (timer_id, signature, index) do update set ${CORRECTED}
    where (excluded.epoch, excluded.revision, excluded.stream_position) >= (g.epoch, g.revision, g.stream_position))
  select timer_id, trader, block_time from gone`;

const GONE = `jsonb_to_recordset($1::jsonb) as g(timer_id text, trader text, block_time timestamptz)`;

/** Traders of whom nothing is left. */
export const DROP_EMPTY: readonly string[] = [
  `delete from trader_days d using ${GONE}
   where d.timer_id = g.timer_id and d.day = ${binOf('1 day', 'g.block_time')} and d.trader = g.trader and d.trades = 0`,
  `delete from trader_totals d using ${GONE}
   where d.timer_id = g.timer_id and d.trader = g.trader and d.trades = 0`,
];

/** Minutes of trades that are gone, and those in which their traders are counted on that day. */
export const MINUTES_OF_TRADERS = `
  select distinct g.timer_id, ${binOf('1 minute', 'at.block_time')} as start from ${GONE} cross join lateral (
    select g.block_time union all
    select t.block_time from trades t where t.timer_id = g.timer_id and t.trader = g.trader
      and t.block_time >= ${binOf('1 day', 'g.block_time')}
      and t.block_time < ${binOf('1 day', 'g.block_time')} + interval '1 day') as at`;

const TRADES_OF_MINUTES = `${STARTS} as m join trades t on t.timer_id = m.timer_id and t.block_time >= m.start
    and t.block_time < m.start + interval '1 minute'`;

/** 1 for the first trade of its trader in the bucket of `width`. */
function isFirstIn(width: string): string {
  return `(not exists (select from trades o where o.timer_id = t.timer_id and o.trader = t.trader
    and o.block_time >= ${binOf(width, 't.block_time')} and o.block_time <= t.block_time
    and (o.block_time, o.slot, o.signature, o.index) < (t.block_time, t.slot, t.signature, t.index)))::integer`;
}

function withoutBucketsOf(table: string): string {
  return `delete from ${table} b using ${STARTS} as m where b.timer_id = m.timer_id and b.start = case b.size
    when 'MINUTE' then m.start when 'FIVE_MINUTES' then ${binOf('5 minutes', 'm.start')}
    when 'HOUR' then ${binOf('1 hour', 'm.start')} else ${binOf('1 day', 'm.start')} end`;
}

/** Sums the given minutes up anew from their trades; the larger buckets that hold them go, and are refreshed behind. */
export const RECOUNT: readonly string[] = [
  withoutBucketsOf('trade_buckets'),
  withoutBucketsOf('price_buckets'),
  `insert into trade_buckets
   select timer_id, 'MINUTE', start, count(*) filter (where side = 'BUY'), count(*) filter (where side = 'SELL'),
     count(*) filter (where moved_deadline), sum(amount), sum(in_minute), sum(in_five), sum(in_hour), sum(in_day)
   from (select t.*, m.start, ${isFirstIn('1 minute')} as in_minute, ${isFirstIn('5 minutes')} as in_five,
       ${isFirstIn('1 hour')} as in_hour, ${isFirstIn('1 day')} as in_day from ${TRADES_OF_MINUTES}) as placed
   group by timer_id, start`,
  `insert into price_buckets
   select timer_id, 'MINUTE', start, mint, quote_mint, count(*), sum(quote_amount), (array_agg(price order by key))[1],
     max(price), min(price), (array_agg(price order by key desc))[1], min(key), max(key)
   from (select t.*, m.start, ${CHAIN_KEY} as key from ${TRADES_OF_MINUTES}
     where t.quote_mint is not null and t.price is not null) as keyed
   group by timer_id, start, mint, quote_mint`,
];
