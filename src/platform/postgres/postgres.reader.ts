import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Client, Pool } from 'pg';
import type { ClientConfig, PoolClient } from 'pg';

/** The URL that history is read from: a replica's where one is given. Provided by the platform's module. */
export const POSTGRES_READ_URL = Symbol('POSTGRES_READ_URL');

const READS_AT_ONCE = 8;
const STREAMS_AT_ONCE = 4;
const CONNECT_WITHIN_MS = 3_000;
/** Postgres gives a read up after this time; the caller a little later, should Postgres be gone. */
const READ_WITHIN_MS = 5_000;
const FETCH_WITHIN_MS = 30_000;
/** A stream whose receiver takes nothing for so long is cut off, since it holds a snapshot. */
const RECEIVE_WITHIN_MS = 60_000;
const ROWS_PER_FETCH = 1_000;

/** A replica that has replayed all it was sent is not behind, however long ago that was. */
const LAG = `
  select (case when not pg_is_in_recovery() then 0
    when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
      and exists (select from pg_stat_wal_receiver where status = 'streaming') then 0
    else greatest(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()), 0) end)::float8 as lag`;

/** Connections for reading alone, apart from those that write, so that no reader can hold up a writer. */
@Injectable()
export class PostgresReader implements OnApplicationShutdown {
  private readonly reads: Pool;
  private readonly streams: Pool;
  private readonly common: ClientConfig;
  private readonly log = new Logger('postgres');

  constructor(@Inject(POSTGRES_READ_URL) url: string) {
    const common = { connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS };
    this.common = { ...common, application_name: 'darwin-timer-cancels', query_timeout: READ_WITHIN_MS };
    this.reads = new Pool({
      ...common,
      max: READS_AT_ONCE,
      application_name: 'darwin-timer-reads',
      statement_timeout: READ_WITHIN_MS,
      query_timeout: READ_WITHIN_MS + 1_000,
    });
    this.streams = new Pool({
      ...common,
      max: STREAMS_AT_ONCE,
      application_name: 'darwin-timer-streams',
      statement_timeout: FETCH_WITHIN_MS,
      query_timeout: FETCH_WITHIN_MS + 1_000,
      idle_in_transaction_session_timeout: RECEIVE_WITHIN_MS,
    });
    for (const pool of [this.reads, this.streams]) pool.on('error', (err) => this.warn(err));
  }

  /** Rows of one statement; the caller knows their columns. @throws the driver's error, also when time is up */
  async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.reads.query<Row>(sql, [...parameters])).rows;
  }

  /**
   * Rows of one statement, a thousand at a time and no sooner than they are asked for, all of one snapshot. Memory does
   * not grow with their number.
   *
   * @param signal - aborted: the statement under way is cancelled at once and its connection is free again
   * @throws the driver's error, also when cancelled, and while four streams are open already
   */
  async *stream<Row extends object>(
    sql: string,
    parameters: readonly unknown[],
    signal: AbortSignal,
  ): AsyncGenerator<readonly Row[]> {
    signal.throwIfAborted();
    const client = await this.streams.connect();
    const cancel = await this.cancelOnAbort(client, signal);
    let isUsable = true;
    try {
      await client.query('begin read only');
      await client.query(`declare streamed no scroll cursor for ${sql}`, [...parameters]);
      for (;;) {
        signal.throwIfAborted();
        const { rows } = await client.query<Row>(`fetch ${ROWS_PER_FETCH} from streamed`);
        if (rows.length > 0) yield rows;
        if (rows.length < ROWS_PER_FETCH) break;
      }
    } finally {
      // a late cancellation may hit this very statement; such a connection is not used again
      await cancel.done();
      await client.query('rollback').catch(() => (isUsable = false));
      client.off('error', ignore);
      client.release(!isUsable);
    }
  }

  /**
   * By how much what is read here is behind what was written, in seconds; 0 on the server that is written to. A replica
   * that is not connected counts from the last transaction it has.
   *
   * @throws the driver's error
   */
  async lagSec(): Promise<number> {
    const [row] = await this.query<{ lag: number | null }>(LAG);
    return row?.lag ?? 0;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.reads.end(), this.streams.end()]);
  }

  private async cancelOnAbort(client: PoolClient, signal: AbortSignal): Promise<{ done(): Promise<void> }> {
    client.on('error', ignore);
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    let cancelling: Promise<unknown> = Promise.resolve();
    const cancel = (): void => {
      cancelling = this.cancel(rows[0]?.pid).catch((err: unknown) => this.warn(err));
    };
    signal.addEventListener('abort', cancel);
    return {
      done: async () => {
        signal.removeEventListener('abort', cancel);
        await cancelling;
      },
    };
  }

  // over a connection of its own: the pools may all be busy, with what makes it necessary
  private async cancel(pid: number | undefined): Promise<void> {
    const client = new Client(this.common);
    client.on('error', ignore);
    try {
      await client.connect();
      await client.query('select pg_cancel_backend($1)', [pid]);
    } finally {
      await client.end();
    }
  }

  private warn(err: unknown): void {
    const reason = err instanceof Error ? err.message : 'unknown';
    this.log.warn({ message: 'postgres connection for reading lost', err: reason });
  }
}

/** What breaks a connection is thrown by the statement that meets it. */
function ignore(): void {
  // nothing
}
