import { Logger } from '@nestjs/common';
import type { Trade } from '../../timer/domain/trade';
import type { ChainObserver } from '../chain-observer';
import type { ChainSource, SignatureRow } from '../chain-reader';
import { SolanaError } from '../domain/solana.errors';
import type { IngestService } from '../ingest.service';
import { purposeIs } from '../purpose-of-call';
import { isOwnFault } from '../rpc/rpc-failure';
import type { TimerMemory } from './timer-memory';

const PARALLEL = 8;

/** A row together with the address that listed it. */
export interface ListedRow {
  readonly address: string;
  readonly row: SignatureRow;
}

/** What judging some rows gave. Rows that are in none of the lists stay open. */
export interface Batch {
  readonly trades: readonly Trade[];
  readonly judged: readonly SignatureRow[];
  /** Rows that decide nothing and were not fetched; none where everything is to be recorded. */
  readonly skipped: readonly SignatureRow[];
  /** Vaults to be read beside the mint. */
  readonly pools: readonly string[];
  /** Why rows were left untouched; null where all were tried. */
  readonly failure: Error | null;
}

/** What one row amounts to. */
export type RowJudgement = Pick<Batch, 'trades' | 'pools'>;

/** Fetches rows and judges them, at most eight at a time. */
export class RowJudge {
  private readonly log = new Logger('solana');

  /** @param monotonicMs - a clock that never steps */
  constructor(
    private readonly chain: ChainSource,
    private readonly ingest: IngestService,
    private readonly observer: ChainObserver,
    private readonly monotonicMs: () => number,
  ) {}

  /** Judges rows in their order; what cannot be judged yet is deferred in the memory. */
  async judge(rows: readonly ListedRow[], memory: TimerMemory, signal: AbortSignal): Promise<Batch> {
    const queue = [...rows];
    const trades: Trade[] = [];
    const judged: SignatureRow[] = [];
    const pools: string[] = [];
    let failure: Error | null = null;
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const found = await this.judgeRow(next, memory, signal);
        if (found === null) continue;
        judged.push(next.row);
        trades.push(...found.trades);
        pools.push(...found.pools);
      }
    };
    const fail = (err: unknown): void => {
      failure ??= err instanceof Error ? err : new Error('unknown', { cause: err });
      queue.length = 0;
    };
    await Promise.all(Array.from({ length: PARALLEL }, () => work().catch(fail)));
    return { trades, judged, skipped: [], pools, failure };
  }

  /** When rows are due by this clock. */
  now(): number {
    return this.monotonicMs();
  }

  /** What a row amounts to; null where it stays open and is deferred. @throws SolanaError while no endpoint answers */
  async judgeRow(
    { address, row }: ListedRow,
    memory: TimerMemory,
    signal: AbortSignal,
  ): Promise<RowJudgement | null> {
    const isAhead = row.blockTimeSec !== null && this.observer.isAhead(row.blockTimeSec * 1000);
    const payload = isAhead ? null : await purposeIs('fetch', () => this.fetch(row.signature, signal));
    const judgement = this.ingest.judge(payload, { mint: memory.mint, source: 'POLLING', row });
    if (judgement.kind === 'judged') return judgement;
    memory.defer(address, row, this.monotonicMs());
    return null;
  }

  /** Another endpoint may have what the first does not. */
  private async fetch(signature: string, signal: AbortSignal): Promise<unknown> {
    try {
      const payload = await this.chain.transaction(signature, 'confirmed', signal);
      if (payload !== null) return payload;
      for (const endpoint of this.chain.endpoints.slice(1)) {
        if (!endpoint.isUsable) continue;
        const other = await endpoint.transaction(signature, 'confirmed', signal);
        if (other !== null) return other;
      }
      return null;
    } catch (err) {
      if (!isOwnFault(err)) throw err;
      const code = err instanceof SolanaError ? err.code : undefined;
      this.log.error({ message: 'transaction could not be fetched', signature, code, err });
      return null;
    }
  }
}
