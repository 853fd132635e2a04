import { isDecimal } from '../timer/domain/decimal';
import { Conditions } from './conditions';
import type { TradeFilter } from './domain/filters';
import { HistoryError } from './history.errors';
import type { ReadRows } from './read-rows';

interface BoundsRow {
  readonly after: Date | null;
  readonly until: Date | null;
}

/** A round's trades lie behind the end of the round before, and not behind its own end; null where it has not ended. */
export const ROUND_BOUNDS = `
  select (select ended_at from rounds where timer_id = $1 and round = $2::bigint - 1) as after,
    (select ended_at from rounds where timer_id = $1 and round = $2::bigint) as until`;

/**
 * The conditions of a filter of trades `t`. Of a round its bounds in time are looked up, so that only months are read
 * that can hold its trades.
 *
 * @throws HistoryError `HISTORY_FILTER_INVALID`, and what `read` throws
 */
export async function tradeConditions(
  read: ReadRows,
  timerId: string,
  filter: TradeFilter,
): Promise<Conditions> {
  const conditions = new Conditions();
  conditions.addText('timerId', 't.timer_id = $', timerId);
  conditions.addStretch('t.block_time', filter.fromMs, filter.toMs);
  conditions.add('t.side = $', filter.side);
  conditions.addText('trader', 't.trader = $', filter.trader);
  conditions.addText('program', 't.program = $', filter.program);
  conditions.add('t.amount >= $::numeric', amountOf('minAmount', filter.minAmount));
  conditions.add('t.amount <= $::numeric', amountOf('maxAmount', filter.maxAmount));
  conditions.add('t.source = $', filter.source);
  conditions.add('t.moved_deadline = $', filter.movedDeadline);
  if (filter.round === null || filter.round === undefined) return conditions;
  conditions.add('t.round = $::bigint', filter.round);
  const [bounds] = await read<BoundsRow>(ROUND_BOUNDS, [timerId, filter.round]);
  conditions.add('t.block_time > $', bounds?.after?.toISOString());
  conditions.add('t.block_time <= $', bounds?.until?.toISOString());
  return conditions;
}

function amountOf(field: string, amount: string | null | undefined): string | null {
  if (amount === null || amount === undefined) return null;
  if (!isDecimal(amount)) throw new HistoryError('HISTORY_FILTER_INVALID', { field });
  return amount;
}
