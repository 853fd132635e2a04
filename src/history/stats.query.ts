import { LEADERS, segmentsOf, stretchOf, wholeIn } from './domain/stats';
import type { Leader, Saver, Segment, Stretch, TimerStats } from './domain/stats';
import type { ReadRows } from './read-rows';

interface FigureRow {
  readonly buys: number;
  readonly sells: number;
  readonly volume: string;
  readonly resets: number;
  readonly longest: string | null;
  readonly shortest: string | null;
  readonly per_hour: number | null;
}

interface TraderRow {
  readonly traders: number;
  readonly leaders: readonly Leader[] | null;
}

interface SaverRow {
  readonly trader: string;
  readonly saves: number;
  readonly closest_ms: string;
}

type Figures = Pick<
  TimerStats,
  'buys' | 'sells' | 'volume' | 'resets' | 'resetsPerHour' | 'longestWaitSec' | 'shortestWaitSec'
>;

const NO_FIGURES: Figures = {
  ...{ buys: 0, sells: 0, volume: '0', resets: 0, resetsPerHour: null },
  ...{ longestWaitSec: null, shortestWaitSec: null },
};

/** Sums over segments of buckets that follow each other without a gap; `$2`, `$3`: the stretch as it was asked for. */
export function figuresSql(segments: readonly Segment[]): string {
  const parts = segments.map(
    ({ size }, index) => `(size = '${size}' and start >= $${4 + index * 2} and start < $${5 + index * 2})`,
  );
  return `
    select coalesce(sum(buys), 0)::integer as buys, coalesce(sum(sells), 0)::integer as sells,
      trim_scale(coalesce(sum(volume), 0))::text as volume, coalesce(sum(resets), 0)::integer as resets,
      extract(epoch from greatest(max(longest_wait), max(gap)))::text as longest,
      extract(epoch from least(min(shortest_wait), min(gap)))::text as shortest,
      (sum(resets) * 3600 / greatest(extract(epoch from
        least(coalesce($3::timestamptz, now()), now()) - coalesce($2::timestamptz, min(first_at))), 60))::float8 as per_hour
    from (select *, first_at - lag(last_at) over (order by start) as gap
      from trade_buckets where timer_id = $1 and (${parts.join(' or ')})) as parts`;
}

/** How many traders, and those with the most volume: whole days from sums, their edges trade by trade. */
export const TRADERS = `
  with per_trader as (
    select trader, sum(trades)::integer as trades, sum(volume) as volume from (
      select trader, trades, volume from trader_days where timer_id = $1 and day >= $4 and day < $5
      union all
      select trader, 1, amount from trades where timer_id = $1 and block_time >= $2 and block_time < least($4, $3)
      union all
      select trader, 1, amount from trades where timer_id = $1 and block_time >= greatest($5, $2) and block_time < $3
        and $4 <= $5) as parts
    group by trader)
  select (select count(*)::integer from per_trader) as traders, (
    select json_agg(json_build_object('trader', trader, 'trades', trades, 'volume', trim_scale(volume)::text))
    from (select * from per_trader order by volume desc, trader limit ${LEADERS}) as best) as leaders`;

/** The same for all time. */
export const ALL_TRADERS = `
  select (select count(*)::integer from trader_totals where timer_id = $1) as traders, (
    select json_agg(json_build_object('trader', trader, 'trades', trades, 'volume', trim_scale(volume)::text))
    from (select trader, trades, volume from trader_totals where timer_id = $1
      order by volume desc, trader limit ${LEADERS}) as best) as leaders`;

/** Who saved most rounds in their last seconds. */
export const SAVERS = `
  select trader, count(*)::integer as saves, (min(extract(epoch from time_left)) * 1000)::integer::text as closest_ms
  from saves where timer_id = $1 and at >= $2 and at < $3
  group by trader order by saves desc, min(time_left), trader limit ${LEADERS}`;

/** Reads the figures of a timer; null: from the first trade, to now. */
export async function readStats(
  read: ReadRows,
  timerId: string,
  fromMs: number | null,
  toMs: number | null,
): Promise<TimerStats> {
  const stretch = stretchOf(fromMs, toMs);
  const [figures, [traders], savers] = await Promise.all([
    readFigures(read, timerId, stretch, { fromMs, toMs }),
    fromMs === null && toMs === null
      ? read<TraderRow>(ALL_TRADERS, [timerId])
      : readTraders(read, timerId, stretch),
    read<SaverRow>(SAVERS, [timerId, new Date(stretch.fromMs), new Date(stretch.toMs)]),
  ]);
  return {
    fromMs: fromMs === null ? null : stretch.fromMs,
    toMs: toMs === null ? null : stretch.toMs,
    ...figures,
    traders: traders?.traders ?? 0,
    byVolume: traders?.leaders ?? [],
    bySaves: savers.map(saverOf),
  };
}

async function readFigures(
  read: ReadRows,
  timerId: string,
  stretch: Stretch,
  asked: { readonly fromMs: number | null; readonly toMs: number | null },
): Promise<Figures> {
  const segments = segmentsOf(stretch);
  if (segments.length === 0) return NO_FIGURES;
  const [row] = await read<FigureRow>(figuresSql(segments), [
    timerId,
    asked.fromMs === null ? null : new Date(stretch.fromMs),
    asked.toMs === null ? null : new Date(stretch.toMs),
    ...segments.flatMap(({ fromMs, toMs }) => [new Date(fromMs), new Date(toMs)]),
  ]);
  if (row === undefined) return NO_FIGURES;
  const { buys, sells, volume, resets, per_hour: resetsPerHour } = row;
  const waits = { longestWaitSec: numberOf(row.longest), shortestWaitSec: numberOf(row.shortest) };
  return { buys, sells, volume, resets, resetsPerHour, ...waits };
}

async function readTraders(read: ReadRows, timerId: string, stretch: Stretch): Promise<readonly TraderRow[]> {
  const days = wholeIn(stretch, 'DAY');
  return await read<TraderRow>(TRADERS, [
    timerId,
    ...[stretch.fromMs, stretch.toMs, days.fromMs, days.toMs].map((ms) => new Date(ms)),
  ]);
}

function saverOf({ trader, saves, closest_ms }: SaverRow): Saver {
  return { trader, saves, closestMs: Number(closest_ms) };
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
