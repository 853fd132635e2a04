import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { PostgresService } from '../../platform/postgres/postgres.service';
import type { Act, RoundEnd, TimerState } from '../domain/timer';
import type { Cursor } from '../domain/timer.events';
import { TimerError } from '../timer.errors';
import { readAct, readCursorRow, readEndRow, readSnapshot } from './read-rows';

const INSERT_END = `
  insert into rounds (timer_id, round, started_at, ended_at, is_void, is_complete, winner, last_trade, trades, resets, volume)
  values ($1, $2, to_timestamp($3::numeric / 1000), to_timestamp($4::numeric / 1000), $5, $6, $7, $8, $9, $10, $11)
  on conflict do nothing`;

const SELECT_END = `
  select timer_id, round, is_void, is_complete, winner, last_trade, trades, resets, volume::text as volume,
    (extract(epoch from started_at) * 1000)::bigint::text as started_at_ms,
    (extract(epoch from ended_at) * 1000)::bigint::text as ended_at_ms
  from rounds where timer_id = $1 and round >= $2 order by round limit $3`;

const INSERT_ACT = `
  insert into acts (id, timer_id, status, type, at, actor, reason, act)
  values ($1, $2, $3, $4, to_timestamp($5::numeric / 1000), $6, $7, $8)
  on conflict do nothing`;

/**
 * What must be durable before it is told: timers, admin acts and ends of rounds. Every write may be repeated;
 * whatever Postgres holds first, stays.
 */
@Injectable()
export class LedgerStore {
  constructor(private readonly postgres: PostgresService) {}

  /** Gives the id to a new timer. @returns false where the id was given before @throws TimerError TIMER_LEDGER_FAILED */
  async insertTimer(state: TimerState): Promise<boolean> {
    const rows = await this.query<{ id: string }>(
      `insert into timers (id, epoch, revision, state, created_at, updated_at)
       values ($1, $2, 0, $3, to_timestamp($4::numeric / 1000), now()) on conflict do nothing returning id`,
      [state.id, state.epoch, JSON.stringify(state), state.createdAtMs],
    );
    return rows.length === 1;
  }

  /** Ids of all timers, deleted ones too. @throws TimerError TIMER_LEDGER_FAILED */
  async timerIds(): Promise<readonly string[]> {
    return (await this.query<{ id: string }>('select id from timers order by id')).map((row) => row.id);
  }

  /** How many timers exist that are not deleted. @throws TimerError TIMER_LEDGER_FAILED */
  async countTimers(): Promise<number> {
    const [row] = await this.query<{ count: number }>(
      "select count(*)::int as count from timers where not (state ->> 'isDeleted')::boolean",
    );
    return row?.count ?? 0;
  }

  /** Whether the historian has not written the timer yet: its creation may be under way. @throws TimerError TIMER_LEDGER_FAILED */
  async isUnwritten(timerId: string): Promise<boolean> {
    const rows = await this.query('select 1 from timers where id = $1 and revision = 0', [timerId]);
    return rows.length === 1;
  }

  /** The newest state that reached Postgres; null where the timer is unknown. @throws TimerError TIMER_LEDGER_FAILED */
  async snapshot(timerId: string): Promise<TimerState | null> {
    const [row] = await this.query<{ state: unknown }>('select state from timers where id = $1', [timerId]);
    return row === undefined ? null : readSnapshot(row.state);
  }

  /**
   * Keeps an act, and the end of the round that it voids, in one transaction.
   *
   * @returns what Postgres holds under the act's id: `refused` where the act was given up before
   * @throws TimerError TIMER_LEDGER_FAILED; then it is not known whether the act is kept
   */
  async insertAct(timerId: string, act: Act): Promise<'accepted' | 'refused'> {
    return await this.transaction(async (manager) => {
      const { effect } = act;
      const status = await keepAct(manager, timerId, act, 'accepted');
      if (status === 'accepted' && effect.kind === 'VOID')
        await manager.query(INSERT_END, endParameters(effect.end));
      return status;
    });
  }

  /** Refuses an act for ever, unless Postgres has it. @returns what Postgres holds @throws TimerError TIMER_LEDGER_FAILED */
  async refuseAct(timerId: string, act: Act): Promise<'accepted' | 'refused'> {
    return await this.transaction((manager) => keepAct(manager, timerId, act, 'refused'));
  }

  /** Keeps a round's end. @returns the end that Postgres holds, which may be an earlier one @throws TimerError TIMER_LEDGER_FAILED */
  async insertEnd(end: RoundEnd): Promise<RoundEnd> {
    return await this.transaction(async (manager) => {
      await manager.query(INSERT_END, endParameters(end));
      const [row] = await manager.query<unknown[]>(SELECT_END, [end.timerId, end.round, 1]);
      return readEndRow(row);
    });
  }

  /** Ends of a timer's rounds from number `fromRound` on, in order. @throws TimerError TIMER_LEDGER_FAILED */
  async endsFrom(timerId: string, fromRound: number): Promise<readonly RoundEnd[]> {
    return (await this.query<unknown>(SELECT_END, [timerId, fromRound, 1_000_000])).map(readEndRow);
  }

  /** Accepted acts after `afterMs`, in order of time. @throws TimerError TIMER_LEDGER_FAILED */
  async actsAfter(timerId: string, afterMs: number): Promise<readonly Act[]> {
    const rows = await this.query<{ act: unknown }>(
      `select act from acts where timer_id = $1 and status = 'accepted' and at > to_timestamp($2::numeric / 1000) order by at`,
      [timerId, afterMs],
    );
    return rows.map((row) => readAct(row.act));
  }

  /** Cursors as they reached Postgres. @throws TimerError TIMER_LEDGER_FAILED */
  async cursors(timerId: string): Promise<readonly Cursor[]> {
    const rows = await this.query<unknown>(
      'select address, slot::text as slot, signature from cursors where timer_id = $1',
      [timerId],
    );
    return rows.map(readCursorRow);
  }

  /** Runs one statement. @throws TimerError TIMER_LEDGER_FAILED */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    try {
      return await this.postgres.query<Row>(sql, parameters);
    } catch (cause) {
      throw new TimerError('TIMER_LEDGER_FAILED', {}, { cause });
    }
  }

  private async transaction<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    try {
      return await this.postgres.transaction(work);
    } catch (cause) {
      throw new TimerError('TIMER_LEDGER_FAILED', {}, { cause });
    }
  }
}

async function keepAct(
  manager: EntityManager,
  timerId: string,
  act: Act,
  status: 'accepted' | 'refused',
): Promise<'accepted' | 'refused'> {
  const { id, type, atMs, actor, reason } = act;
  // a refusal is by id alone: whatever made the act unfit to be kept must not keep it from being refused
  const body = status === 'accepted' ? [actor, reason, JSON.stringify(act)] : ['', null, '{}'];
  await manager.query(INSERT_ACT, [id, timerId, status, type, atMs, ...body]);
  const [row] = await manager.query<{ status: 'accepted' | 'refused' }[]>(
    'select status from acts where id = $1',
    [id],
  );
  return row?.status ?? status;
}

function endParameters(end: RoundEnd): unknown[] {
  const { timerId, round, startedAtMs, endedAtMs, isVoid, isComplete, winner, lastTrade, counts } = end;
  const trade = lastTrade === null ? null : JSON.stringify(lastTrade);
  const { trades, resets, volume } = counts;
  return [timerId, round, startedAtMs, endedAtMs, isVoid, isComplete, winner, trade, trades, resets, volume];
}
