import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { PostgresService } from '../platform/postgres/postgres.service';
import { monthOf } from './domain/months';
import type { Month } from './domain/months';
import { rowsOf } from './event.rows';
import type { LoggedChange, LogRows, Row } from './event.rows';
import * as sql from './event.sql';
import { MONTHLY_TABLES, PartitionStore } from './partition.store';
import { isPartitionMissing } from './postgres.problem';
import { partsOf, retractTrades, writeEvents, writeTrades } from './rollup/write-rows';

/** Something that Postgres already holds with other content under the same identity. */
export interface Mismatch {
  readonly kind: 'event' | 'trade';
  /** Event: timer, epoch, revision, number. Trade: timer, signature, index. */
  readonly identity: string;
}

/** Writes change records to Postgres; safe to repeat. */
@Injectable()
export class EventRepository {
  private readonly log = new Logger('history');
  private readonly partitions: PartitionStore;
  private readonly knownMonths = new Set<string>();
  private leftOut = 0;

  constructor(private readonly postgres: PostgresService) {
    this.partitions = new PartitionStore(postgres);
  }

  /** Trades and events that were left out, since their months were dropped. */
  get leftOutRows(): number {
    return this.leftOut;
  }

  /**
   * Writes the changes in one transaction, but for trades and events of months that retention has dropped: they are in
   * the sums already. What is there already stays; what follows the fold (timer state, cursors, a
   * trade's round and effect) is overwritten by later commits only, and what is summed up follows.
   *
   * @returns identities that were there with other content; their old content stays
   * @throws the database's error; nothing is written then
   */
  async write(changes: readonly LoggedChange[]): Promise<readonly Mismatch[]> {
    if (changes.length === 0) return [];
    const rows = rowsOf(changes);
    try {
      return await this.writeKept(rows);
    } catch (err) {
      if (!isPartitionMissing(err)) throw err;
      // dropped since it was seen
      this.knownMonths.clear();
      return await this.writeKept(rows);
    }
  }

  private async writeKept(rows: LogRows): Promise<Mismatch[]> {
    const kept = await this.keptOf(rows);
    const mismatches = await this.writeRows(kept);
    const trades = rows.trades.length - kept.trades.length;
    const events = rows.events.length - kept.events.length;
    if (trades + events > 0) this.log.warn({ message: 'history of dropped months left out', trades, events });
    this.leftOut += trades + events;
    return mismatches;
  }

  private async writeRows({ timers, cursors, events, trades, retracted }: LogRows): Promise<Mismatch[]> {
    return await this.postgres.transaction(async (manager) => {
      // the row of a timer stays locked to the end, so that nobody else sums up or judges the same timer meanwhile
      await run(manager, sql.UPSERT_TIMERS, timers);
      await run(manager, sql.UPSERT_CURSORS, cursors);
      await retractTrades(manager, retracted);
      const newTrades = await writeTrades(manager, trades);
      const newEvents = await writeEvents(manager, events);
      return [
        ...(newTrades === trades.length
          ? []
          : await mismatches(manager, 'trade', sql.DIFFERENT_TRADES, trades)),
        ...(newEvents === events.length
          ? []
          : await mismatches(manager, 'event', sql.DIFFERENT_EVENTS, events)),
      ];
    });
  }

  /** Makes the months of the rows; without the rows of dropped ones. */
  private async keptOf(rows: LogRows): Promise<LogRows> {
    let kept = rows;
    for (const table of MONTHLY_TABLES) {
      const list = table.name === 'trades' ? 'trades' : 'events';
      const monthIn = (row: Row): Month => monthOf(Date.parse(String(row[table.time])));
      const dropped = new Set<Month>();
      for (const month of new Set(rows[list].map(monthIn))) {
        const key = `${table.name} ${month}`;
        if (this.knownMonths.has(key)) continue;
        if (await this.partitions.make(table, month)) this.knownMonths.add(key);
        else dropped.add(month);
      }
      if (dropped.size > 0)
        kept = { ...kept, [list]: rows[list].filter((row) => !dropped.has(monthIn(row))) };
    }
    return kept;
  }
}

async function mismatches(
  manager: EntityManager,
  kind: Mismatch['kind'],
  statement: string,
  rows: readonly Row[],
): Promise<Mismatch[]> {
  const found: Mismatch[] = [];
  for (const some of partsOf(rows))
    found.push(...(await run(manager, statement, some)).map(({ identity }) => ({ kind, identity })));
  return found;
}

async function run(
  manager: EntityManager,
  statement: string,
  rows: readonly Row[],
): Promise<readonly { identity: string }[]> {
  return rows.length === 0
    ? []
    : await manager.query<{ identity: string }[]>(statement, [JSON.stringify(rows)]);
}
