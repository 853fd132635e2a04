import { Injectable } from '@nestjs/common';
import type { FoldedTrade } from '../domain/trade';
import { LedgerStore } from './ledger.store';
import { readTradeRow } from './read-rows';

const TRADES_AFTER = `
  select signature, index, slot::text as slot, block_index, mint, side, amount_raw::text as amount_raw, decimals, trader,
    quote_mint, quote_raw::text as quote_raw, quote_decimals, program, source, round, moved_deadline, is_waiting,
    (extract(epoch from block_time) * 1000)::bigint::text as block_time_ms,
    (extract(epoch from detected_at) * 1000)::bigint::text as detected_at_ms
  from trades t
  where timer_id = $1 and block_time > to_timestamp($2::numeric / 1000)
    and not exists (
      select 1 from timer_events e
      where e.timer_id = t.timer_id and e.type = 'LATE_TRADE' and e.trade_signature = t.signature and e.trade_index = t.index)
    and not (t.source = 'BACKFILL' and t.epoch = 0)
  order by block_time, slot, signature, index limit $3`;

const MARKS_SINCE = `
  select signature || ':' || index as key, (extract(epoch from block_time) * 1000)::bigint::text as block_time_ms
  from trades where timer_id = $1 and block_time > to_timestamp($2::numeric / 1000)
  order by block_time desc, slot desc limit $3`;

/** What recovery reads from the history that the historian wrote. */
@Injectable()
export class HistoryReader {
  constructor(private readonly ledger: LedgerStore) {}

  /**
   * Trades after `afterMs` that were neither found too late nor filled in afterwards, oldest first.
   *
   * @param most - where there are more, the answer is empty; null: no limit
   * @throws TimerError TIMER_LEDGER_FAILED
   */
  async tradesAfter(timerId: string, afterMs: number, most: number | null): Promise<readonly FoldedTrade[]> {
    const limit = most === null ? null : most + 1;
    const rows = await this.ledger.query<unknown>(TRADES_AFTER, [timerId, afterMs, limit]);
    return most !== null && rows.length > most ? [] : rows.map(readTradeRow);
  }

  /**
   * Keys and block times of the newest trades, none older than `sinceMs`.
   *
   * @param most - how many at most
   * @throws TimerError TIMER_LEDGER_FAILED
   */
  async marksSince(
    timerId: string,
    sinceMs: number,
    most: number,
  ): Promise<readonly { key: string; blockTimeMs: number }[]> {
    const rows = await this.ledger.query<{ key: string; block_time_ms: string }>(MARKS_SINCE, [
      timerId,
      sinceMs,
      most,
    ]);
    return rows.map((row) => ({ key: row.key, blockTimeMs: Number(row.block_time_ms) }));
  }
}
