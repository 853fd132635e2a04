import type { PostgresService } from '../../platform/postgres/postgres.service';
import { CALL_PURPOSES } from '../purpose-of-call';
import type { CallPurpose } from '../purpose-of-call';
import type { CallCount } from '../rpc/credit-meter';

const ADD = `
  insert into credit_usage as u (hour, endpoint, method, purpose, address, calls, credits)
  select to_timestamp($1::numeric / 1000), r.endpoint, r.method, r.purpose, r.address, r.calls, r.credits
  from jsonb_to_recordset($2::jsonb) as r(endpoint text, method text, purpose text, address text, calls bigint, credits bigint)
  order by r.endpoint, r.method, r.purpose, r.address
  on conflict (hour, endpoint, method, purpose, address) do update
    set calls = u.calls + excluded.calls, credits = u.credits + excluded.credits`;

const ROWS = `
  select (extract(epoch from hour) * 1000)::bigint::text as hour_ms, endpoint, method, purpose, address,
    calls::text as calls, credits::text as credits
  from credit_usage where hour >= to_timestamp($1::numeric / 1000) and hour < to_timestamp($2::numeric / 1000)
  order by hour, endpoint, method, purpose, address`;

const SUM = `
  select coalesce(sum(credits), 0)::text as credits from credit_usage
  where hour >= to_timestamp($1::numeric / 1000)`;

const TRADE_TIMES = `
  select timer_id, (extract(epoch from block_time) * 1000)::bigint::text as block_time_ms from trades
  where block_time >= to_timestamp($1::numeric / 1000) order by block_time limit $2`;

const HOUR_MS = 3_600_000;

/** Calls of one kind within an hour. */
export interface HourCount extends CallCount {
  /** Beginning of the hour, epoch ms. */
  readonly hourMs: number;
}

/** A trade that was recorded, as far as a simulation needs it. */
export interface TradeTime {
  readonly timerId: string;
  readonly blockTimeMs: number;
}

/** What was called, per hour, in Postgres. Instances add to the same rows. Every method throws what the driver throws. */
export class CreditStore {
  constructor(private readonly postgres: Pick<PostgresService, 'query'>) {}

  /** Adds calls to the hour that `atMs` lies in. */
  async add(counts: readonly CallCount[], atMs: number): Promise<void> {
    if (counts.length === 0) return;
    const rows = counts.map((count) => ({ ...count, address: count.address ?? '' }));
    await this.postgres.query(ADD, [hourOf(atMs), JSON.stringify(rows)]);
  }

  /** What was called from the hour of `fromMs` up to `toMs`. */
  async between(fromMs: number, toMs: number): Promise<readonly HourCount[]> {
    const rows = await this.postgres.query<Row>(ROWS, [hourOf(fromMs), toMs]);
    return rows.map((row) => ({
      hourMs: Number(row.hour_ms),
      endpoint: row.endpoint,
      method: row.method,
      purpose: purposeOf(row.purpose),
      address: row.address === '' ? null : row.address,
      calls: Number(row.calls),
      credits: Number(row.credits),
    }));
  }

  /** Credits used since `fromMs`. */
  async since(fromMs: number): Promise<number> {
    const [row] = await this.postgres.query<{ credits: string }>(SUM, [fromMs]);
    return Number(row?.credits ?? 0);
  }

  /** Recorded trades since `fromMs`, in order, up to `most` of them. */
  async tradeTimes(fromMs: number, most: number): Promise<readonly TradeTime[]> {
    const rows = await this.postgres.query<{ timer_id: string; block_time_ms: string }>(TRADE_TIMES, [
      fromMs,
      most,
    ]);
    return rows.map((row) => ({ timerId: row.timer_id, blockTimeMs: Number(row.block_time_ms) }));
  }
}

interface Row {
  readonly hour_ms: string;
  readonly endpoint: string;
  readonly method: string;
  readonly purpose: string;
  readonly address: string;
  readonly calls: string;
  readonly credits: string;
}

/** The beginning of the hour that a time lies in. */
export function hourOf(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * HOUR_MS;
}

function purposeOf(text: string): CallPurpose {
  return CALL_PURPOSES.find((purpose) => purpose === text) ?? 'other';
}
