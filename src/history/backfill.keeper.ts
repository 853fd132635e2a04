import type { PostgresService } from '../platform/postgres/postgres.service';
import type { BackfillKeeping, BackfillRange, Walk, WalkProgress } from '../solana/domain/backfill';
import type { Trade } from '../timer/domain/trade';
import { recordedRoundOf } from './domain/backfill-place';
import type { EndedRound, TimerPast } from './domain/backfill-place';
import type { EventRepository } from './event.repository';
import { readBackfillTimer, readPastAct, readWalkProgress } from './read-backfill';
import type { BackfillTimer } from './read-backfill';

const KEPT_FROM = "select kept_from as at from history_floors where name = 'trades'";
const MS = (column: string): string => `(extract(epoch from ${column}) * 1000)::bigint::text`;
const AT = (parameter: number): string => `to_timestamp($${parameter}::numeric / 1000)`;

const PROGRESS = `
  select before_signature, ${MS('reached_at')} as reached_ms, listed, fetched, trades, missing, is_done from backfills
  where timer_id = $1 and mint = $2 and address = $3 and from_at = ${AT(4)} and to_at = ${AT(5)}`;

const BEGUN = `
  select ${MS('max(to_at)')} as to_ms from backfills
  where timer_id = $1 and mint = $2 and address = $3 and from_at = ${AT(4)} and to_at <= ${AT(5)}`;

const KEEP_PROGRESS = `
  insert into backfills (timer_id, mint, address, from_at, to_at, before_signature, reached_at, listed, fetched, trades,
    missing, is_done)
  values ($1, $2, $3, ${AT(4)}, ${AT(5)}, $6, ${AT(7)}, $8, $9, $10, $11, $12)
  on conflict (timer_id, mint, address, from_at, to_at) do update set before_signature = excluded.before_signature,
    reached_at = excluded.reached_at, listed = excluded.listed, fetched = excluded.fetched, trades = excluded.trades,
    missing = excluded.missing, is_done = excluded.is_done, updated_at = now()`;

const ROUNDS = `
  select round, ${MS('started_at')} as started_ms, ${MS('ended_at')} as ended_ms, is_void from rounds
  where timer_id = $1 order by round`;

const ACTS = `
  select type, ${MS('at')} as at_ms, act from acts where timer_id = $1 and status = 'accepted' order by at`;

const COMPLETE = `
  update rounds r set is_complete = true, trades = found.trades, volume = found.volume
  from (
    select round, count(*) as trades, coalesce(sum(amount), 0) as volume from trades
    where timer_id = $1 and round is not null and block_time between ${AT(2)} and ${AT(3)} group by round
  ) found
  where r.timer_id = $1 and r.round = found.round and not r.is_complete and not r.is_void
    and r.started_at >= ${AT(2)} and r.ended_at <= ${AT(3)} and found.trades >= r.trades
  returning r.round`;

/** Puts what a backfill finds into the history; nothing but rows is changed, no event and no deadline. */
export class BackfillKeeper implements BackfillKeeping {
  private readonly pasts = new Map<string, TimerPast>();
  private readonly timersById = new Map<string, BackfillTimer>();

  constructor(
    private readonly postgres: Pick<PostgresService, 'query'>,
    private readonly repository: Pick<EventRepository, 'write'>,
  ) {}

  /** All timers that are not deleted, by id. */
  async timers(): Promise<readonly BackfillTimer[]> {
    const rows = await this.postgres.query('select id, state from timers order by id');
    const timers = rows.flatMap((row) => readBackfillTimer(row) ?? []);
    for (const timer of timers) this.timersById.set(timer.id, timer);
    return timers;
  }

  /** Where retention begins to keep trades, epoch ms; null where it never dropped any. */
  async keptFromMs(): Promise<number | null> {
    const [row] = await this.postgres.query<{ at: Date }>(KEPT_FROM);
    return row?.at.getTime() ?? null;
  }

  async progress(walk: Walk): Promise<WalkProgress | null> {
    const [row] = await this.postgres.query(PROGRESS, keyOf(walk));
    return row === undefined ? null : readWalkProgress(row);
  }

  /**
   * The walk in parts: what was begun from the same start with an earlier end goes on as it was, and only what is younger
   * is walked anew. The end moves from call to call where it is that of the timer's last round.
   */
  async partsOf(walk: Walk): Promise<readonly Walk[]> {
    const [row] = await this.postgres.query<{ to_ms: string | null }>(BEGUN, keyOf(walk));
    const toMs = Number(row?.to_ms ?? walk.toMs);
    if (toMs === walk.toMs) return [walk];
    return [{ ...walk, toMs }, ...(await this.partsOf({ ...walk, fromMs: toMs + 1 }))];
  }

  async known(timerId: string, signatures: readonly string[]): Promise<ReadonlySet<string>> {
    if (signatures.length === 0) return new Set();
    const rows = await this.postgres.query<{ signature: string }>(
      'select distinct signature from trade_keys where timer_id = $1 and signature = any($2)',
      [timerId, signatures],
    );
    return new Set(rows.map(({ signature }) => signature));
  }

  async keep(walk: Walk, trades: readonly Trade[], progress: WalkProgress): Promise<void> {
    await this.write(walk.timerId, trades);
    const { beforeSignature, reachedMs, listed, fetched, trades: found, missing, isDone } = progress;
    const values = [beforeSignature, reachedMs, listed, fetched, found, missing, isDone];
    await this.postgres.query(KEEP_PROGRESS, [...keyOf(walk), ...values]);
  }

  /**
   * Rounds whose whole time was walked, over every address and with nothing missing, are complete now.
   *
   * @returns their numbers
   */
  async complete(timerId: string, { fromMs, toMs }: BackfillRange): Promise<readonly number[]> {
    const [rows] = await this.postgres.query<readonly { round: number }[]>(COMPLETE, [timerId, fromMs, toMs]);
    return (rows ?? []).map(({ round }) => round).toSorted((a, b) => a - b);
  }

  /** Everything that a commit says of a trade later goes before this. */
  private async write(timerId: string, trades: readonly Trade[]): Promise<void> {
    const timer = this.timersById.get(timerId);
    if (timer === undefined || trades.length === 0) return;
    const past = await this.pastOf(timer);
    const change = {
      timerId,
      epoch: 0,
      revision: 0,
      atMs: timer.createdAtMs,
      createdAtMs: timer.createdAtMs,
      events: [],
      cursors: [],
      retracted: [],
      state: timer.state,
      origin: null,
      trades: trades.map((trade) => ({
        ...trade,
        round: recordedRoundOf(trade, past),
        movedDeadline: false,
        isWaiting: false,
      })),
    };
    await this.repository.write([{ change, position: '0' }]);
  }

  private async pastOf({ id, rules, mint: tokenAddress }: BackfillTimer): Promise<TimerPast> {
    const known = this.pasts.get(id);
    if (known !== undefined) return known;
    const rounds = (await this.postgres.query<RoundRow>(ROUNDS, [id])).map(roundOf);
    const acts = (await this.postgres.query(ACTS, [id])).map(readPastAct);
    const past = { rounds, acts, rules, tokenAddress };
    this.pasts.set(id, past);
    return past;
  }
}

interface RoundRow {
  readonly round: number;
  readonly started_ms: string;
  readonly ended_ms: string;
  readonly is_void: boolean;
}

function roundOf(row: RoundRow): EndedRound {
  const { round, is_void: isVoid } = row;
  return { round, startedAtMs: Number(row.started_ms), endedAtMs: Number(row.ended_ms), isVoid };
}

function keyOf({ timerId, mint, address, fromMs, toMs }: Walk): readonly unknown[] {
  return [timerId, mint, address, fromMs, toMs];
}
