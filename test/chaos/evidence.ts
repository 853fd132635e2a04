import { Redis } from 'ioredis';
import { Client } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { withTradesOfChain } from '../../src/app/audit.chain';
import { readLog } from '../../src/history/check/log.reader';
import type { LogLine } from '../../src/history/domain/log-lines';
import { PostgresReader } from '../../src/platform/postgres/postgres.reader';
import { demoTarget } from '../../src/solana/domain/chain-target';
import { chainSourceOf } from '../../src/solana/rpc/chain-source';
import { CreditMeter } from '../../src/solana/rpc/credit-meter';
import { timerKeys } from '../../src/timer/domain/timer.keys';
import { statusAt } from '../../src/timer/domain/timer';
import { parseState } from '../../src/timer/redis/parse-stored';
import type { World } from '../support/world';
import type { Look, ToldState } from './history';

const TIMER = 'global';
const PREFIX = 'darwin-timer';
const SHARED_EVERY_MS = 25;
const TRY_AGAIN_MS = 100;
const CALLS_PER_SECOND = 1_000;

/** The shared state as Redis holds it, all of its changes while it is watched. */
export class SharedState {
  readonly states: ToldState[] = [];
  /** Trades that wait, at the last look. */
  waitingTrades = 0;
  private readonly client: Redis;
  private readonly stop = new AbortController();
  private readonly running: Promise<void>;

  constructor(url: string) {
    this.client = new Redis(url);
    this.running = this.watch();
  }

  /** The newest. */
  get last(): ToldState | undefined {
    return this.states.at(-1);
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.running;
    this.client.disconnect();
  }

  /** Looks now. */
  async look(): Promise<void> {
    const document = await this.client.hget(timerKeys(PREFIX, TIMER).state, 'doc');
    if (document !== null) this.take(document);
  }

  private async watch(): Promise<void> {
    while (!this.stop.signal.aborted) {
      await this.look();
      await delay(SHARED_EVERY_MS);
    }
  }

  private take(document: string): void {
    const state = parseState(document);
    const { epoch, revision, current } = state;
    this.waitingTrades = state.waitingTrades;
    const told: ToldState = {
      ...{ atMs: performance.now(), epoch, revision, round: current.round },
      status: statusAt(state, Date.now()),
      deadline: current.phase === 'PAUSED' ? null : current.deadlineMs,
      lastTrade: current.lastTrade?.signature ?? null,
    };
    const isKnown = this.last?.epoch === epoch && this.last.revision === revision;
    if (isKnown) this.states.splice(-1, 1, { ...told, atMs: this.last.atMs });
    else this.states.push(told);
  }
}

/** Looks into Postgres, past all links, whether an end is there; waits until it answers. */
export async function lookFor(world: World, round: number, signal: AbortSignal): Promise<Look | null> {
  while (!signal.aborted) {
    const client = new Client({ connectionString: world.postgres.url, query_timeout: 30_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rowCount } = await client.query('select 1 from rounds where timer_id = $1 and round = $2', [
        TIMER,
        round,
      ]);
      return { round, isThere: rowCount === 1 };
    } catch {
      await delay(TRY_AGAIN_MS);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return null;
}

/** The timer's log with the trades that the chain holds. */
export async function readTruth(world: World): Promise<LogLine[]> {
  const reader = new PostgresReader(world.postgres.url);
  const { signal } = new AbortController();
  try {
    const chain = chainSourceOf(
      demoTarget(world.chain.url, () => ''),
      new CreditMeter(),
    );
    const needs = { chain, pools: [], callsPerSecond: CALLS_PER_SECOND, toMs: Date.now(), signal };
    const lines: LogLine[] = [];
    for await (const part of withTradesOfChain(readLog(reader, TIMER, signal), needs)) lines.push(...part);
    return lines;
  } finally {
    await reader.onApplicationShutdown();
  }
}

/** What Postgres has kept: rows by signature, and the reasons of accepted changes. */
export async function readKept(
  world: World,
): Promise<{ kept: ReadonlyMap<string, number>; accepted: ReadonlySet<string> }> {
  const rows = await world.query<{ signature: string; rows: number }>(
    'select signature, count(*)::int as rows from trades where timer_id = $1 group by signature',
    [TIMER],
  );
  const reasons = await world.query<{ reason: string }>(
    `select reason from acts where status = 'accepted' and reason is not null
     union all select reason from settings where reason is not null`,
  );
  return {
    kept: new Map(rows.map((row) => [row.signature, row.rows])),
    accepted: new Set(reasons.map(({ reason }) => reason)),
  };
}
