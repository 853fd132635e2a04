import type { TimerEvent, TimerEventType } from '../timer/domain/timer.events';
import type { FoldedTrade } from '../timer/domain/trade';
import { readTrade } from './change.parser';
import type { StoredRound, StoredTrade } from './domain/records';
import { Fields } from './fields';
import type { PagedList } from './page.query';

/** A row of {@link TRADES}. */
export interface TradeRow {
  readonly timer_id: string;
  readonly trade: unknown;
}

interface EventRow {
  readonly timer_id: string;
  readonly epoch: number;
  readonly revision: string;
  readonly number: number;
  readonly type: TimerEventType;
  readonly at: Date;
  readonly round: number;
  readonly deadline: Date | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly trade: unknown;
}

/** A row of {@link ROUNDS}. */
export interface RoundRow {
  readonly timer_id: string;
  readonly round: number;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly is_void: boolean;
  readonly is_complete: boolean;
  readonly winner: string | null;
  readonly last_trade: unknown;
  readonly trades: number;
  readonly resets: number;
  readonly volume: string;
}

// with one reader for all; amounts stay exact because they are texts
function tradeJson(t: string): string {
  return `json_build_object('signature', ${t}.signature, 'index', ${t}.index, 'slot', ${t}.slot,
    'blockIndex', ${t}.block_index, 'blockTimeMs', (extract(epoch from ${t}.block_time) * 1000)::bigint,
    'detectedAtMs', (extract(epoch from ${t}.detected_at) * 1000)::bigint, 'mint', ${t}.mint, 'side', ${t}.side,
    'amountRaw', ${t}.amount_raw::text, 'decimals', ${t}.decimals, 'trader', ${t}.trader, 'quoteMint', ${t}.quote_mint,
    'quoteRaw', ${t}.quote_raw::text, 'quoteDecimals', ${t}.quote_decimals, 'program', ${t}.program, 'source', ${t}.source,
    'round', ${t}.round, 'movedDeadline', ${t}.moved_deadline, 'isWaiting', ${t}.is_waiting)`;
}

/** A trade `t` as JSON. */
export const TRADE_JSON = tradeJson('t');

/** Trades, newest first: by block time and slot; inside a slot in a fixed order that is not the chain's. */
export const TRADES: PagedList<TradeRow, StoredTrade> = {
  kind: 'trade',
  select: `select t.timer_id, ${TRADE_JSON} as trade from trades t`,
  key: ['t.block_time', 't.slot', 't.signature', 't.index'],
  isByTime: true,
  keyOf: (row) => {
    const { blockTimeMs, slot, signature, index } = tradeIn(row.trade);
    return [blockTimeMs, slot, signature, index];
  },
  nodeOf: (row) => ({ timerId: row.timer_id, ...tradeIn(row.trade) }),
};

/** Events, newest first: in the order of the commits, whose time never falls. */
export const EVENTS: PagedList<EventRow, TimerEvent> = {
  kind: 'event',
  select: `select e.timer_id, e.epoch, e.revision, e.number, e.type, e.at, e.round, e.deadline, e.actor, e.reason,
    case when t.signature is not null then ${TRADE_JSON}
      when g.signature is not null then ${tradeJson('g')} end as trade
    from timer_events e
      left join trade_keys k on k.timer_id = e.timer_id and k.signature = e.trade_signature
        and k.index = e.trade_index
      left join trades t on t.timer_id = k.timer_id and t.block_time = k.block_time and t.signature = k.signature
        and t.index = k.index
      left join retracted_trades g on t.signature is null and g.timer_id = e.timer_id
        and g.signature = e.trade_signature and g.index = e.trade_index`,
  key: ['e.at', 'e.epoch', 'e.revision', 'e.number'],
  isByTime: true,
  keyOf: (row) => [row.at.getTime(), row.epoch, Number(row.revision), row.number],
  nodeOf: (row) => ({
    timerId: row.timer_id,
    epoch: row.epoch,
    revision: Number(row.revision),
    number: row.number,
    type: row.type,
    atMs: row.at.getTime(),
    round: row.round,
    deadlineMs: row.deadline?.getTime() ?? null,
    actor: row.actor,
    reason: row.reason,
    trade: row.trade === null ? null : tradeIn(row.trade),
  }),
};

/** The open round stands in the timer's state alone, as of the newest commit that reached Postgres. */
const OPEN_ROUND = `select id as timer_id, (state -> 'current' ->> 'round')::integer as round,
    to_timestamp((state -> 'current' ->> 'startedAtMs')::numeric / 1000) as started_at, null::timestamptz as ended_at,
    false as is_void, coalesce((state ->> 'unfetched')::integer, 0) = 0 as is_complete, null::text as winner,
    nullif(state -> 'current' -> 'lastTrade', 'null') as last_trade,
    (state -> 'current' -> 'counts' ->> 'trades')::integer as trades,
    (state -> 'current' -> 'counts' ->> 'resets')::integer as resets,
    (state -> 'current' -> 'counts' ->> 'volume')::numeric as volume
  from timers i
  where state -> 'current' ->> 'phase' <> 'EXPIRED' and not exists (
    select from rounds o where o.timer_id = i.id and o.round = (i.state -> 'current' ->> 'round')::integer)`;

/** Rounds, newest first, the open one among them. */
export const ROUNDS: PagedList<RoundRow, StoredRound> = {
  kind: 'round',
  select: `select * from (select timer_id, round, started_at, ended_at, is_void, is_complete, winner, last_trade, trades,
      resets, volume from rounds
    union all ${OPEN_ROUND}) as r`,
  key: ['r.round'],
  isByTime: false,
  keyOf: (row) => [row.round],
  nodeOf: (row) => ({
    timerId: row.timer_id,
    round: row.round,
    startedAtMs: row.started_at.getTime(),
    endedAtMs: row.ended_at?.getTime() ?? null,
    isVoid: row.is_void,
    isComplete: row.is_complete,
    winner: row.winner,
    lastTrade: row.last_trade === null ? null : tradeIn(row.last_trade),
    counts: { trades: row.trades, resets: row.resets, volume: row.volume },
  }),
};

/** Reads a trade that was made by TRADE_JSON. */
export function tradeIn(json: unknown): FoldedTrade {
  return readTrade(Fields.of(json, 'trade'));
}
