import type { EntityManager } from 'typeorm';
import type { PostgresService } from '../platform/postgres/postgres.service';
import { monthIn, monthName, startOf } from './domain/months';
import type { Month } from './domain/months';

/** A table that is partitioned by month, and where its rows' identities are kept. */
export interface MonthlyTable {
  readonly name: 'trades' | 'timer_events';
  readonly keys: 'trade_keys' | 'event_keys';
  /** Column of the identities that holds the row's time. */
  readonly time: 'block_time' | 'at';
}

/** The tables that are partitioned by month. */
export const MONTHLY_TABLES: readonly MonthlyTable[] = [
  { name: 'trades', keys: 'trade_keys', time: 'block_time' },
  { name: 'timer_events', keys: 'event_keys', time: 'at' },
];

/** The lock of everything that makes or drops partitions, one per database. */
const LOCK_KEY = 1_732_380_000;
const KEYS_PER_DELETE = 10_000;

/** The partitions of history. Every step may be repeated, and several instances may take it at once. */
export class PartitionStore {
  constructor(private readonly postgres: PostgresService) {}

  /**
   * Makes the month's partition where there is none. Readers and writers of other months go on meanwhile.
   *
   * @returns false where the month, or a later one, was dropped: nothing is written to it any more
   */
  async make({ name }: MonthlyTable, month: Month): Promise<boolean> {
    return await this.postgres.transaction(async (manager) => {
      await manager.query('select pg_advisory_xact_lock($1)', [LOCK_KEY]);
      if ((await partitionsOf(manager, name)).includes(month)) return true;
      const [dropped] = await manager.query<unknown[]>(
        'select 1 from history_floors where name = $1 and kept_from > $2',
        [name, instant(month)],
      );
      if (dropped !== undefined) return false;
      const partition = `${name}_${monthName(month)}`;
      // what stands there without being attached was on its way out
      await manager.query(`drop table if exists ${partition}`);
      await manager.query(
        `create table ${partition} (like ${name} including defaults including constraints)`,
      );
      await manager.query(
        `alter table ${name} attach partition ${partition}
         for values from ('${instant(month)}') to ('${instant(month + 1)}')`,
      );
      return true;
    });
  }

  /** Months that have a partition, in order. */
  async months({ name }: MonthlyTable): Promise<readonly Month[]> {
    return await partitionsOf(this.postgres.dataSource.manager, name);
  }

  /**
   * Detaches the month and remembers that it was dropped, then sweeps.
   *
   * @throws also where the table is in use for more than two seconds; the month is still there then
   */
  async drop(table: MonthlyTable, month: Month): Promise<void> {
    const { name } = table;
    await this.postgres.transaction(async (manager) => {
      await manager.query('select pg_advisory_xact_lock($1)', [LOCK_KEY]);
      await manager.query("set local lock_timeout = '2s'");
      if ((await partitionsOf(manager, name)).includes(month))
        await manager.query(`alter table ${name} detach partition ${name}_${monthName(month)}`);
      await manager.query(KEEP_FLOOR, [name, instant(month + 1)]);
    });
    await this.sweep(table);
  }

  /**
   * Drops what was detached, also by somebody who died over it, then forgets the identities of all dropped months, a
   * few thousand at a time.
   */
  async sweep({ name, keys, time }: MonthlyTable): Promise<void> {
    await this.postgres.transaction(async (manager) => {
      await manager.query('select pg_advisory_xact_lock($1)', [LOCK_KEY]);
      const leftovers = await manager.query<{ name: string }[]>(LEFTOVERS, [`^${name}_\\d{4}_\\d{2}$`]);
      for (const leftover of leftovers) await manager.query(`drop table ${leftover.name}`);
    });
    for (let deleted = KEYS_PER_DELETE; deleted === KEYS_PER_DELETE;) {
      const [row] = await this.postgres.query<{ n: number }>(
        `with gone as (delete from ${keys} where ctid = any (array(
           select ctid from ${keys} where ${time} < (select kept_from from history_floors where name = $1)
           limit ${KEYS_PER_DELETE})) returning 1)
         select count(*)::integer as n from gone`,
        [name],
      );
      deleted = row?.n ?? 0;
    }
  }
}

const KEEP_FLOOR = `
  insert into history_floors as f values ($1, $2)
  on conflict (name) do update set kept_from = greatest(f.kept_from, excluded.kept_from)`;

/** Tables that look like a month and are none. */
const LEFTOVERS = `
  select oid::regclass::text as name from pg_class
  where relname ~ $1 and relkind = 'r' and not relispartition and relnamespace = current_schema()::regnamespace`;

async function partitionsOf(manager: EntityManager, table: string): Promise<Month[]> {
  const rows = await manager.query<{ name: string }[]>(
    'select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1',
    [table],
  );
  return rows.map(({ name }) => monthIn(name)).filter((month) => month !== null);
}

function instant(month: Month): string {
  return new Date(startOf(month)).toISOString();
}
