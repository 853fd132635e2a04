import type { Client } from 'pg';
import { monthName, monthOf, startOf } from '../../src/history/domain/months';

/** Trades to be made by Postgres itself, spread evenly over a stretch of time. */
export interface Load {
  readonly timerId: string;
  readonly rows: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** How many wallets trade; few of them trade most. */
  readonly traders?: number;
}

/** Makes the months of a stretch. */
export async function makeMonths(client: Client, fromMs: number, toMs: number): Promise<void> {
  for (let month = monthOf(fromMs); month <= monthOf(toMs); month += 1) {
    const bounds = `('${new Date(startOf(month)).toISOString()}') to ('${new Date(startOf(month + 1)).toISOString()}')`;
    for (const table of ['trades', 'timer_events']) {
      const name = `${table}_${monthName(month)}`;
      await client.query(
        `create table if not exists ${name} partition of ${table} for values from ${bounds}`,
      );
    }
  }
}

/** Writes trades and their events; rounds have 100 trades each. Sums are not made. */
export async function loadTrades(client: Client, load: Load): Promise<void> {
  const { timerId, rows, fromMs, toMs, traders = 500 } = load;
  await makeMonths(client, fromMs, toMs);
  const stepMs = (toMs - fromMs) / rows;
  await client.query(
    `insert into trades (timer_id, signature, index, slot, block_time, detected_at, mint, side, amount, amount_raw, decimals,
       trader, quote_mint, quote_raw, quote_decimals, quote_amount, price, program, source, round, moved_deadline, is_waiting,
       epoch, revision)
     select $1, rpad('S' || n, 88, 'x'), 0, 300000000 + n, at, at + interval '900 ms', 'Mint1',
       case when n % 3 = 0 then 'SELL' else 'BUY' end, (1 + n % 1000)::numeric / 100, (1 + n % 1000) * 10000, 6,
       'trader-' || floor($5::int * power(hash, 3)), 'Quote1', 1000 + n % 777, 9, (1000 + n % 777) / 1e9::numeric,
       trim_scale(trunc((1000 + n % 777) / 1e7::numeric / (1 + n % 1000), 18)),
       (array['Raydium', 'Orca', 'Jupiter', 'Pump', 'Meteora'])[1 + floor(5 * power(hash, 2))::int],
       case when n % 20 = 0 then 'WEBHOOK' else 'POLLING' end, 1 + n / 100, n % 4 <> 1, false, 1, n
     from (select n, date_trunc('second', to_timestamp($3::float8 / 1000) + n * $4::float8 * interval '1 ms') as at,
         (hashint8(n)::bigint + 2147483648) / 4294967296.0 as hash
       from generate_series(1, $2::int) as n) as made`,
    [timerId, rows, fromMs, stepMs, traders],
  );
  await client.query(
    `insert into timer_events (timer_id, epoch, revision, number, type, at, round, deadline, actor, trade_signature, trade_index)
     select timer_id, 1, revision, 0, case when revision % 100 = 0 then 'EXPIRED' else 'RESET' end, detected_at, round,
       block_time + interval '10 minutes', case when revision % 5000 = 0 then 'admin' else 'chain' end, signature, index
     from trades where timer_id = $1`,
    [timerId],
  );
  await client.query(
    `insert into rounds
     select timer_id, round, min(block_time), max(block_time), false, true, max(trader), null, count(*), count(*), sum(amount)
     from trades where timer_id = $1 group by timer_id, round`,
    [timerId],
  );
}

/** Makes sums of the shape that the historian makes; their numbers of traders are not exact. */
export async function loadSums(client: Client, timerId: string): Promise<void> {
  const sizes = { MINUTE: '1 minute', FIVE_MINUTES: '5 minutes', HOUR: '1 hour', DAY: '1 day' };
  for (const [size, width] of Object.entries(sizes)) {
    const start = `date_bin('${width}', block_time, timestamptz '1970-01-01 00:00:00+00')`;
    await client.query(
      `insert into trade_buckets
       select timer_id, '${size}', ${start}, count(*) filter (where side = 'BUY'), count(*) filter (where side = 'SELL'),
         count(*) filter (where moved_deadline), sum(amount), count(distinct trader), 0, 0, 0, min(block_time), max(block_time),
         interval '1 second', interval '9 seconds'
       from trades where timer_id = $1 group by 1, 3`,
      [timerId],
    );
    await client.query(
      `insert into price_buckets
       select timer_id, '${size}', ${start}, mint, quote_mint, count(*), sum(quote_amount), min(price), max(price), min(price),
         max(price), min(signature), max(signature)
       from trades where timer_id = $1 group by 1, 3, 4, 5`,
      [timerId],
    );
  }
  await client.query(
    `insert into trader_days
     select timer_id, date_bin('1 day', block_time, timestamptz '1970-01-01 00:00:00+00'), trader, count(*), sum(amount)
     from trades where timer_id = $1 group by 1, 2, 3`,
    [timerId],
  );
  await client.query(
    `insert into trader_totals select timer_id, trader, sum(trades), sum(volume) from trader_days where timer_id = $1 group by 1, 2`,
    [timerId],
  );
  await client.query(
    `insert into saves select timer_id, signature, index, block_time, trader, interval '5 seconds' from trades
     where timer_id = $1 and slot % 500 = 0`,
    [timerId],
  );
}
