import { Injectable } from '@nestjs/common';
import { PostgresReader } from '../platform/postgres/postgres.reader';
import type { TimerEvent } from '../timer/domain/timer.events';
import { readBuckets } from './bucket.query';
import { readLog } from './check/log.reader';
import { Conditions } from './conditions';
import { bucketRange } from './domain/buckets';
import type { BucketSize, TradeBucket } from './domain/buckets';
import type { TimerEventFilter, TradeFilter } from './domain/filters';
import type { LogLine } from './domain/log-lines';
import type { HistorianStatus } from './domain/historian';
import type { Connection, PageRequest } from './domain/page';
import type { StoredRound, StoredTrade } from './domain/records';
import type { TimerStats } from './domain/stats';
import { HistoryError } from './history.errors';
import { EVENTS, ROUNDS, TRADES } from './history.lists';
import type { TradeRow } from './history.lists';
import { readPage } from './page.query';
import type { PagedList } from './page.query';
import { isCancelled } from './postgres.problem';
import type { ReadRows } from './read-rows';
import { ShortMemory } from './short-memory';
import { readStats } from './stats.query';
import { StreamConsumer } from './stream.consumer';
import { tradeConditions } from './trade.conditions';

const STATS_LIVE_MS = 5_000;
const MAX_STATS = 1_000;

/** The front door of the history room: what happened, newest first. Reads Postgres only, apart from the writers. */
@Injectable()
export class HistoryService {
  private readonly stats = new ShortMemory<TimerStats>(STATS_LIVE_MS, MAX_STATS);

  constructor(
    private readonly reader: PostgresReader,
    private readonly consumer: StreamConsumer,
  ) {}

  /**
   * Trades of a timer, counting or not.
   *
   * @throws HistoryError `HISTORY_PAGE_INVALID`, `HISTORY_CURSOR_INVALID`, `HISTORY_FILTER_INVALID`,
   *   `HISTORY_COST_EXCEEDED`, `HISTORY_STORE_FAILED`
   */
  async trades(
    timerId: string,
    filter: TradeFilter = {},
    page: PageRequest = {},
  ): Promise<Connection<StoredTrade>> {
    return await this.read(TRADES, await tradeConditions(this.rows, timerId, filter), page);
  }

  /** Events of a timer, each with its trade as it is known now. @throws HistoryError as {@link trades} */
  async timerEvents(
    timerId: string,
    filter: TimerEventFilter = {},
    page: PageRequest = {},
  ): Promise<Connection<TimerEvent>> {
    const conditions = new Conditions();
    conditions.addText('timerId', 'e.timer_id = $', timerId);
    conditions.addStretch('e.at', filter.fromMs, filter.toMs);
    conditions.add('e.type = any($)', filter.types);
    conditions.add('e.round = $::bigint', filter.round);
    conditions.addText('actor', 'e.actor = $', filter.actor);
    return await this.read(EVENTS, conditions, page);
  }

  /** Rounds of a timer, the open one first. @throws HistoryError as {@link trades} */
  async rounds(timerId: string, page: PageRequest = {}): Promise<Connection<StoredRound>> {
    const conditions = new Conditions();
    conditions.addText('timerId', 'r.timer_id = $', timerId);
    return await this.read(ROUNDS, conditions, page);
  }

  /**
   * Trades summed up in buckets of one size that touch the time from `fromMs` to before `toMs`, oldest first, those
   * without trades too.
   *
   * @throws HistoryError `HISTORY_FILTER_INVALID`, `HISTORY_COST_EXCEEDED`, `HISTORY_STORE_FAILED`
   */
  async tradeBuckets(
    timerId: string,
    size: BucketSize,
    fromMs: number,
    toMs: number,
  ): Promise<TradeBucket[]> {
    return await readBuckets(this.rows, timerId, bucketRange(size, fromMs, toMs));
  }

  /** Figures of a timer, at most five seconds old; null: from its first trade, to now. @throws HistoryError */
  async timerStats(timerId: string, fromMs: number | null, toMs: number | null): Promise<TimerStats> {
    if (fromMs !== null && toMs !== null && toMs < fromMs) {
      throw new HistoryError('HISTORY_FILTER_INVALID', { field: 'to', problem: 'lies before from' });
    }
    const key = JSON.stringify([timerId, fromMs, toMs]);
    return await this.stats.recall(key, () => readStats(this.rows, timerId, fromMs, toMs));
  }

  /**
   * All trades of a filter, newest first, a thousand at a time and no sooner than they are asked for.
   *
   * @param signal - aborted: Postgres stops at once
   * @throws HistoryError as {@link trades}, from the first `next()` on
   */
  async *exportTrades(
    timerId: string,
    filter: TradeFilter,
    signal: AbortSignal,
  ): AsyncGenerator<readonly StoredTrade[]> {
    const conditions = await tradeConditions(this.rows, timerId, filter);
    const order = TRADES.key.map((column) => `${column} desc`).join(', ');
    const sql = `${TRADES.select} where ${conditions.toSql()} order by ${order}`;
    try {
      for await (const rows of this.reader.stream<TradeRow>(sql, conditions.parameters, signal))
        yield rows.map(TRADES.nodeOf);
    } catch (err) {
      throw problemOf(err);
    }
  }

  /**
   * Everything that decided a timer's rounds, for whoever wants to fold it again; nothing for an unknown timer.
   *
   * @param signal - as in {@link exportTrades}
   * @throws HistoryError `HISTORY_STORE_FAILED`
   */
  async *exportLog(timerId: string, signal: AbortSignal): AsyncGenerator<readonly LogLine[]> {
    try {
      yield* readLog(this.reader, timerId, signal);
    } catch (err) {
      throw problemOf(err);
    }
  }

  /** Whether there is or was such a timer. @throws HistoryError `HISTORY_STORE_FAILED` */
  async knows(timerId: string): Promise<boolean> {
    if (timerId.includes('\0')) return false;
    return (await this.rows('select 1 from timers where id = $1', [timerId])).length > 0;
  }

  /** How the writing of history goes on this instance; never throws. */
  async status(): Promise<HistorianStatus> {
    return await this.consumer.status();
  }

  private readonly rows: ReadRows = async (sql, parameters) => {
    try {
      return await this.reader.query(sql, parameters);
    } catch (err) {
      throw problemOf(err);
    }
  };

  private async read<Row extends object, Node>(
    list: PagedList<Row, Node>,
    conditions: Conditions,
    page: PageRequest,
  ): Promise<Connection<Node>> {
    return await readPage(list, conditions, page, (sql, parameters) => this.rows<Row>(sql, parameters));
  }
}

function problemOf(cause: unknown): HistoryError {
  if (cause instanceof HistoryError) return cause;
  if (!isCancelled(cause)) return new HistoryError('HISTORY_STORE_FAILED', {}, { cause });
  const problem = 'would take too long; narrow it by from and to, or ask by trader, program or round';
  return new HistoryError('HISTORY_COST_EXCEEDED', { field: 'filter', problem }, { cause });
}

export type { LogLine, StoredRound, StoredTrade };
