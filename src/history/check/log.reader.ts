import type { PostgresReader } from '../../platform/postgres/postgres.reader';
import type { LogLine } from '../domain/log-lines';
import { ROUNDS, TRADES } from '../history.lists';
import type { RoundRow, TradeRow } from '../history.lists';
import { HistoryError } from '../history.errors';
import { readAct, readFoldState } from './read-log-line';

const ORIGIN = `select coalesce(origin -> 'base', state -> 'roundBase') as origin from timers where id = $1`;
/** Where trades are kept from, if days before were summed up of which the log would need the trades. */
const CUT = `select kept_from as kept from history_floors
  where name = 'trades' and kept_from > $2 and exists (
    select from trade_buckets where timer_id = $1 and size = 'DAY' and start < kept_from
      and start > $2::timestamptz - interval '1 day')`;
const ACTS = `select act from acts where timer_id = $1 and status = 'accepted' order by at, id`;
const ENDS = `${ROUNDS.select} where r.timer_id = $1 and r.ended_at is not null order by r.round`;
const LATE = `select trade_signature || ':' || trade_index as trade from timer_events
  where timer_id = $1 and type = 'LATE_TRADE' and trade_signature is not null`;
const LOG_ORDER = `order by t.block_time, t.slot, t.block_index nulls last, t.signature, t.index`;

/**
 * A timer's whole log, some lines at a time. Of a timer that is older than the log's beginning what came before its last
 * ended round is left out.
 *
 * @returns nothing for a timer that does not exist
 * @throws HistoryError `HISTORY_LOG_MISSING` where retention has dropped trades of it; the driver's error
 */
export async function* readLog(
  reader: PostgresReader,
  timerId: string,
  signal: AbortSignal,
): AsyncGenerator<readonly LogLine[]> {
  const [timer] = await reader.query<{ origin: unknown }>(ORIGIN, [timerId]);
  if (timer === undefined) return;
  const origin = readFoldState(timer.origin);
  const [cut] = await reader.query<{ kept: Date }>(CUT, [timerId, new Date(origin.lastEndMs)]);
  if (cut !== undefined) {
    const hint = `retention has dropped trades of ${timerId} before ${cut.kept.toISOString()}: its rounds cannot be folded again`;
    throw new HistoryError('HISTORY_LOG_MISSING', { field: 'timerId', problem: `not given: ${hint}`, hint });
  }
  const acts = await reader.query<{ act: unknown }>(ACTS, [timerId]);
  const ends = await reader.query<RoundRow>(ENDS, [timerId]);
  const late = await reader.query<{ trade: string }>(LATE, [timerId]);
  const head: readonly LogLine[] = [
    { kind: 'timer', timerId, origin },
    ...acts
      .map(({ act }): LogLine => ({ kind: 'act', act: readAct(act) }))
      .filter((line) => isAfter(line, origin.lastEndMs)),
    ...ends.flatMap((row): LogLine[] => {
      const { endedAtMs, ...end } = ROUNDS.nodeOf(row);
      if (endedAtMs === null || endedAtMs <= origin.lastEndMs) return [];
      return [{ kind: 'end', end: { ...end, endedAtMs } }];
    }),
    ...late.map(({ trade }): LogLine => ({ kind: 'late', trade })),
  ];
  yield head;
  let lines = head.length;
  const sql = `${TRADES.select} where t.timer_id = $1 and t.block_time > $2 ${LOG_ORDER}`;
  for await (const rows of reader.stream<TradeRow>(sql, [timerId, new Date(origin.lastEndMs)], signal)) {
    lines += rows.length;
    yield rows.map((row): LogLine => ({ kind: 'trade', trade: withoutTimer(TRADES.nodeOf(row)) }));
  }
  yield [{ kind: 'close', lines }];
}

function isAfter(line: LogLine, ms: number): boolean {
  return line.kind !== 'act' || line.act.atMs > ms;
}

function withoutTimer<Trade extends { readonly timerId: string }>({
  timerId: _,
  ...trade
}: Trade): Omit<Trade, 'timerId'> {
  return trade;
}
