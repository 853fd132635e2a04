import { startsIn } from './domain/buckets';
import type { BucketRange, TradeBucket } from './domain/buckets';
import { BUCKET_MS } from './domain/buckets';
import type { ReadRows } from './read-rows';

interface CountRow {
  readonly start: Date;
  readonly buys: number;
  readonly sells: number;
  readonly volume: string;
  readonly traders: number;
}

interface PriceRow {
  readonly start: Date;
  readonly quote_mint: string;
  readonly quote_volume: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
}

interface GapRow {
  readonly started_at: Date;
  readonly ended_at: Date | null;
}

const RANGE = 'timer_id = $1 and size = $2 and start >= $3 and start < $4';

/** What buckets count. */
export const COUNTS = `select start, buys, sells, trim_scale(volume)::text as volume, traders from trade_buckets where ${RANGE}`;

/** Their prices in the pair that most trades of the whole range are of. */
export const PRICES = `
  with pair as (
    select mint, quote_mint from price_buckets where ${RANGE}
    group by mint, quote_mint order by sum(trades) desc, mint, quote_mint limit 1)
  select start, quote_mint, trim_scale(quote_volume)::text as quote_volume, trim_scale(open)::text as open,
    trim_scale(high)::text as high, trim_scale(low)::text as low, trim_scale(close)::text as close
  from price_buckets join pair using (mint, quote_mint) where ${RANGE}`;

/** Rounds of the range whose trades were not all fetched. */
export const GAPS = `
  select started_at, ended_at from rounds
  where timer_id = $1 and not is_complete and started_at < $3 and ended_at >= $2
  union all
  select to_timestamp((state -> 'current' ->> 'startedAtMs')::numeric / 1000), null from timers
  where id = $1 and coalesce((state ->> 'unfetched')::integer, 0) > 0`;

/** Reads the buckets of a range, those without trades too, oldest first. */
export async function readBuckets(
  read: ReadRows,
  timerId: string,
  range: BucketRange,
): Promise<TradeBucket[]> {
  const [from, to] = [new Date(range.fromMs), new Date(range.toMs)];
  const [counts, prices, gaps] = await Promise.all([
    read<CountRow>(COUNTS, [timerId, range.size, from, to]),
    read<PriceRow>(PRICES, [timerId, range.size, from, to]),
    read<GapRow>(GAPS, [timerId, from, to]),
  ]);
  const countOf = new Map(counts.map((row) => [row.start.getTime(), row]));
  const priceOf = new Map(prices.map((row) => [row.start.getTime(), row]));
  const quoteMint = prices[0]?.quote_mint ?? null;
  return startsIn(range).map((startMs) => ({
    startMs,
    ...countsIn(countOf.get(startMs)),
    quoteMint,
    ...pricesIn(priceOf.get(startMs)),
    isComplete: !gaps.some((gap) => isTouched(startMs, startMs + BUCKET_MS[range.size], gap)),
  }));
}

function countsIn(row: CountRow | undefined): Pick<TradeBucket, 'buys' | 'sells' | 'volume' | 'traders'> {
  if (row === undefined) return { buys: 0, sells: 0, volume: '0', traders: 0 };
  const { buys, sells, volume, traders } = row;
  return { buys, sells, volume, traders };
}

function pricesIn(
  row: PriceRow | undefined,
): Pick<TradeBucket, 'quoteVolume' | 'open' | 'high' | 'low' | 'close'> {
  if (row === undefined) return { quoteVolume: '0', open: null, high: null, low: null, close: null };
  const { quote_volume: quoteVolume, open, high, low, close } = row;
  return { quoteVolume, open, high, low, close };
}

function isTouched(startMs: number, endMs: number, { started_at, ended_at }: GapRow): boolean {
  return started_at.getTime() < endMs && (ended_at === null || ended_at.getTime() >= startMs);
}
