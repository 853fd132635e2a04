import { binOf, CHAIN_KEY } from './trade.sql';

/** Buckets that are given as JSON, by timer and start. */
export const STARTS = `(select distinct timer_id, start from jsonb_to_recordset($1::jsonb) as r(timer_id text, start timestamptz))`;

/** A size of buckets that is summed up from a smaller one. */
interface Step {
  readonly size: 'FIVE_MINUTES' | 'HOUR' | 'DAY';
  readonly from: 'MINUTE' | 'FIVE_MINUTES' | 'HOUR';
  readonly width: string;
  /** Column of the smaller buckets that adds up to the traders of the larger. */
  readonly traders: string;
}

const STEPS: readonly Step[] = [
  { size: 'FIVE_MINUTES', from: 'MINUTE', width: '5 minutes', traders: 'traders_of_five_minutes' },
  { size: 'HOUR', from: 'FIVE_MINUTES', width: '1 hour', traders: 'traders_of_hour' },
  { size: 'DAY', from: 'HOUR', width: '1 day', traders: 'traders_of_day' },
];

/** Waits of minutes: between block times that follow each other inside the minute. */
export const REFRESH_WAITS = `
  update trade_buckets b set first_at = w.first_at, last_at = w.last_at, shortest_wait = w.shortest,
    longest_wait = w.longest
  from (select m.timer_id, m.start, min(g.at) as first_at, max(g.at) as last_at, min(g.wait) as shortest,
      max(g.wait) as longest
    from ${STARTS} as m cross join lateral (
      select at, at - lag(at) over (order by at) as wait from (
        select distinct t.block_time as at from trades t where t.timer_id = m.timer_id
          and t.block_time >= m.start and t.block_time < m.start + interval '1 minute') as times) as g
    group by m.timer_id, m.start) as w
  where b.timer_id = w.timer_id and b.size = 'MINUTE' and b.start = w.start`;

/** Prices of minutes from their trades, after trades of them got another place in the chain. */
export const REFRESH_PRICES = `
  update price_buckets b set open = p.open, close = p.close, open_key = p.open_key, close_key = p.close_key
  from (select k.timer_id, k.start, k.mint, k.quote_mint, (array_agg(k.price order by k.key))[1] as open,
      (array_agg(k.price order by k.key desc))[1] as close, min(k.key) as open_key, max(k.key) as close_key
    from ${STARTS} as m cross join lateral (
      select t.timer_id, m.start, t.mint, t.quote_mint, t.price, ${CHAIN_KEY} as key from trades t
      where t.timer_id = m.timer_id and t.block_time >= m.start and t.block_time < m.start + interval '1 minute'
        and t.quote_mint is not null and t.price is not null) as k
    group by 1, 2, 3, 4) as p
  where b.timer_id = p.timer_id and b.size = 'MINUTE' and b.start = p.start and b.mint = p.mint
    and b.quote_mint = p.quote_mint`;

/** Sums the larger buckets of the given minutes up anew, each size from the next smaller one. */
export const REFRESH_LARGER: readonly string[] = STEPS.flatMap((step) => [countsOf(step), pricesOf(step)]);

function partsOf({ from, width }: Step, table: string): string {
  return `(select distinct timer_id, ${binOf(width, 'start')} as whole from ${STARTS} as s) as w
    cross join lateral (select p.* from ${table} p where p.timer_id = w.timer_id and p.size = '${from}'
      and p.start >= w.whole and p.start < w.whole + interval '${width}') as p`;
}

function countsOf(step: Step): string {
  return `
    insert into trade_buckets
    select timer_id, '${step.size}', whole, sum(buys), sum(sells), sum(resets), sum(volume), sum(${step.traders}),
      sum(traders_of_five_minutes), sum(traders_of_hour), sum(traders_of_day), min(first_at), max(last_at),
      least(min(shortest_wait), min(gap)), greatest(max(longest_wait), max(gap))
    from (select p.*, w.whole, p.first_at - lag(p.last_at) over (partition by p.timer_id, w.whole order by p.start) as gap
      from ${partsOf(step, 'trade_buckets')}) as parts
    group by timer_id, whole
    on conflict (timer_id, size, start) do update set buys = excluded.buys, sells = excluded.sells,
      resets = excluded.resets, volume = excluded.volume, traders = excluded.traders,
      traders_of_five_minutes = excluded.traders_of_five_minutes, traders_of_hour = excluded.traders_of_hour,
      traders_of_day = excluded.traders_of_day, first_at = excluded.first_at, last_at = excluded.last_at,
      shortest_wait = excluded.shortest_wait, longest_wait = excluded.longest_wait`;
}

function pricesOf(step: Step): string {
  return `
    insert into price_buckets
    select p.timer_id, '${step.size}', w.whole, p.mint, p.quote_mint, sum(p.trades), sum(p.quote_volume),
      (array_agg(p.open order by p.open_key))[1], max(p.high), min(p.low),
      (array_agg(p.close order by p.close_key desc))[1], min(p.open_key), max(p.close_key)
    from ${partsOf(step, 'price_buckets')}
    group by p.timer_id, w.whole, p.mint, p.quote_mint
    on conflict (timer_id, size, start, mint, quote_mint) do update set trades = excluded.trades,
      quote_volume = excluded.quote_volume, open = excluded.open, high = excluded.high, low = excluded.low,
      close = excluded.close, open_key = excluded.open_key, close_key = excluded.close_key`;
}
