import { setTimeout as delay } from 'node:timers/promises';
import type { Trade } from '../timer/domain/trade';
import type { ChainSource, SignatureRow } from './chain-reader';
import { isWithin, rowsWithin, UNBEGUN } from './domain/backfill';
import type { BackfillKeeping, Walk, WalkProgress } from './domain/backfill';
import { SolanaError } from './domain/solana.errors';
import type { IngestService } from './ingest.service';
import { purposeIs } from './purpose-of-call';

const PAGE_ROWS = 1_000;
/** Rows that are fetched and written together: so much is repeated at most after an interruption. */
const ROWS_PER_WRITE = 100;
const PARALLEL = 4;

/** What a backfill works with. */
export interface BackfillParts {
  readonly chain: ChainSource;
  readonly ingest: IngestService;
  readonly keeping: BackfillKeeping;
  /** Requests to endpoints start at most this often. */
  readonly callsPerSecond: number;
  /** Called after each write. */
  readonly onProgress: (walk: Walk, progress: WalkProgress) => Promise<void> | void;
}

/**
 * Reads the past of the chain into the history, address by address, from the newest row back. It knows nothing of
 * deadlines: trades go to the history alone, and an interrupted walk goes on where it was.
 */
export class Backfill {
  private nextCallAtMs = 0;

  constructor(private readonly parts: BackfillParts) {}

  /**
   * Walks one address.
   *
   * @param isAgain - walks again what was done before; what the history holds is not fetched again either way
   * @throws SolanaError where the chain cannot be read, and the signal's AbortError; what was found until then is kept
   */
  async walk(walk: Walk, signal: AbortSignal, isAgain = false): Promise<WalkProgress> {
    return await purposeIs('backfill', async () => {
      const before = isAgain ? null : await this.parts.keeping.progress(walk);
      let progress = before ?? UNBEGUN;
      while (!progress.isDone) progress = await this.page(walk, progress, signal);
      return progress;
    });
  }

  private async page(walk: Walk, progress: WalkProgress, signal: AbortSignal): Promise<WalkProgress> {
    const rows = await this.list(walk.address, progress.beforeSignature, signal);
    const last = rows.at(-1);
    if (last === undefined) return await this.end(walk, progress);
    let present = progress;
    for (let from = 0; from < rows.length; from += ROWS_PER_WRITE) {
      signal.throwIfAborted();
      const some = rows.slice(from, from + ROWS_PER_WRITE);
      present = await this.take(walk, present, some, signal);
      const reachedMs = present.reachedMs ?? walk.toMs;
      if (reachedMs < walk.fromMs) return await this.end(walk, present);
    }
    return present;
  }

  /** An endpoint that does not know `before` gives an empty list, which would look like the end. */
  private async list(
    address: string,
    before: string | null,
    signal: AbortSignal,
  ): Promise<readonly SignatureRow[]> {
    await this.pace(signal);
    const query = {
      limit: PAGE_ROWS,
      commitment: 'finalized',
      ...(before === null ? {} : { before }),
    } as const;
    return await this.parts.chain.withEndpoint(async (endpoint) => {
      const rows = await endpoint.signatures(address, query, signal);
      if (rows.length > 0 || before === null) return rows;
      if ((await endpoint.transaction(before, 'finalized', signal)) !== null) return rows;
      throw new SolanaError('SOLANA_READ_FAILED', {
        reason: 'list broke off',
        address,
        endpoint: endpoint.name,
      });
    }, signal);
  }

  private async take(
    walk: Walk,
    progress: WalkProgress,
    rows: readonly SignatureRow[],
    signal: AbortSignal,
  ): Promise<WalkProgress> {
    const within = rowsWithin(rows, walk);
    const known = await this.parts.keeping.known(
      walk.timerId,
      within.map(({ signature }) => signature),
    );
    const open = within.filter(({ signature }) => !known.has(signature));
    const { trades, missing } = await this.judge(walk, open, signal);
    const times = rows.flatMap(({ blockTimeSec }) => (blockTimeSec === null ? [] : [blockTimeSec * 1000]));
    const next = {
      beforeSignature: rows.at(-1)?.signature ?? progress.beforeSignature,
      reachedMs: times.length === 0 ? progress.reachedMs : Math.min(...times),
      listed: progress.listed + within.length,
      fetched: progress.fetched + open.length,
      trades: progress.trades + trades.length,
      missing: progress.missing + missing,
      isDone: false,
    };
    return await this.keep(walk, trades, next);
  }

  private async judge(
    { mint, ...range }: Walk,
    rows: readonly SignatureRow[],
    signal: AbortSignal,
  ): Promise<{ trades: readonly Trade[]; missing: number }> {
    const queue = [...rows];
    const trades: Trade[] = [];
    let missing = 0;
    const work = async (): Promise<void> => {
      for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
        const payload = await this.fetch(row.signature, signal);
        const judgement = this.parts.ingest.judge(payload, { mint, source: 'BACKFILL', row });
        if (judgement.kind !== 'judged') missing += 1;
        else trades.push(...judgement.trades.filter(({ blockTimeMs }) => isWithin(blockTimeMs, range)));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    return { trades, missing };
  }

  /** Another endpoint may hold what the first has thrown away. */
  private async fetch(signature: string, signal: AbortSignal): Promise<unknown> {
    await this.pace(signal);
    const first = await this.parts.chain.transaction(signature, 'finalized', signal);
    if (first !== null) return first;
    for (const endpoint of this.parts.chain.endpoints.slice(1)) {
      await this.pace(signal);
      const other = await endpoint.transaction(signature, 'finalized', signal).catch(() => null);
      if (other !== null) return other;
    }
    return null;
  }

  private async end(walk: Walk, progress: WalkProgress): Promise<WalkProgress> {
    return await this.keep(walk, [], { ...progress, isDone: true });
  }

  private async keep(walk: Walk, trades: readonly Trade[], progress: WalkProgress): Promise<WalkProgress> {
    await this.parts.keeping.keep(walk, trades, progress);
    await this.parts.onProgress(walk, progress);
    return progress;
  }

  /** Lets calls begin one after the other, evenly. */
  private async pace(signal: AbortSignal): Promise<void> {
    const nowMs = performance.now();
    const atMs = Math.max(nowMs, this.nextCallAtMs);
    this.nextCallAtMs = atMs + 1_000 / this.parts.callsPerSecond;
    signal.throwIfAborted();
    if (atMs > nowMs) await delay(atMs - nowMs, undefined, { signal });
  }
}
