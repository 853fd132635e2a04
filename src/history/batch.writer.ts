import { Logger } from '@nestjs/common';
import { pause, pauseMs } from './backoff';
import { requestIdField } from '../platform/logging/request-id';
import { traces } from '../platform/tracing/traces';
import { parseChange } from './change.parser';
import type { ParsedChange } from './change.parser';
import type { EventRepository, Mismatch } from './event.repository';
import type { LoggedChange } from './event.rows';
import { HistoryError } from './history.errors';
import { isRowError, isTooSlow } from './postgres.problem';
import { positionOf } from './stream.entry';
import type { StreamEntry } from './stream.entry';

/** An entry that cannot be written, and why. */
export interface Failure {
  readonly entry: StreamEntry;
  readonly cause: unknown;
}

/** What became of a batch: every entry is either durable or has failed by its own fault. */
export interface BatchOutcome {
  readonly written: readonly StreamEntry[];
  readonly failures: readonly Failure[];
  readonly mismatches: readonly Mismatch[];
}

interface Job extends LoggedChange {
  readonly entry: StreamEntry;
}

/** Most trades and events of one transaction, so that none takes long; a lone entry may have more. */
const ROWS_PER_TRANSACTION = 2_000;

/** Writes batches of stream entries, whatever happens to Postgres. */
export class BatchWriter {
  private readonly log = new Logger('history');
  private isWaiting = false;

  constructor(private readonly repository: EventRepository) {}

  /** True while Postgres takes nothing and a batch waits for it. */
  get isBlocked(): boolean {
    return this.isWaiting;
  }

  /**
   * Writes the entries in their order, few transactions after each other, and says of each what became of it as soon as
   * it is known. While Postgres is away it waits and tries again, without limit but with growing pauses; what takes too
   * long is tried again in halves; when an entry itself is refused, the others are written without it.
   *
   * @throws the signal's AbortError, when it is aborted while Postgres is away; nothing is lost, the entries stay
   *   unacknowledged
   */
  async *write(
    entries: readonly StreamEntry[],
    signal: AbortSignal,
  ): AsyncGenerator<BatchOutcome, void, void> {
    const failures: Failure[] = [];
    const jobs: Job[] = [];
    for (const entry of entries) {
      try {
        jobs.push(readJob(entry));
      } catch (cause) {
        failures.push({ entry, cause });
      }
    }
    if (failures.length > 0) yield { written: [], failures, mismatches: [] };
    for (const part of partsOf(jobs)) yield* this.store(part, signal);
  }

  private async *store(jobs: readonly Job[], signal: AbortSignal): AsyncGenerator<BatchOutcome, void, void> {
    const [first] = jobs;
    for (let attempt = 0; ; attempt += 1) {
      const attempted = await this.attempt(jobs);
      if (!('problem' in attempted)) return yield attempted;
      const { problem } = attempted;
      if (jobs.length > 1 && (isRowError(problem) || isTooSlow(problem)))
        return yield* this.halve(jobs, signal);
      if (first !== undefined && isRowError(problem)) {
        this.isWaiting = false;
        return yield { written: [], failures: [{ entry: first.entry, cause: problem }], mismatches: [] };
      }
      if (!this.isWaiting)
        this.log.warn({ message: 'history writing interrupted', entries: jobs.length, err: problem });
      this.isWaiting = true;
      await pause(pauseMs(attempt), signal);
      signal.throwIfAborted();
    }
  }

  private async attempt(jobs: readonly Job[]): Promise<BatchOutcome | { readonly problem: unknown }> {
    const beganAtMs = Date.now();
    try {
      const mismatches = await this.repository.write(jobs);
      this.isWaiting = false;
      for (const { change } of jobs) this.tell(change, beganAtMs);
      return { written: jobs.map(({ entry }) => entry), failures: [], mismatches };
    } catch (problem) {
      return { problem };
    }
  }

  // finds one bad entry among n with about 2 log n transactions
  private async *halve(jobs: readonly Job[], signal: AbortSignal): AsyncGenerator<BatchOutcome, void, void> {
    signal.throwIfAborted();
    const middle = Math.ceil(jobs.length / 2);
    yield* this.store(jobs.slice(0, middle), signal);
    yield* this.store(jobs.slice(middle), signal);
  }

  private tell({ timerId, epoch, revision, origin }: ParsedChange, beganAtMs: number): void {
    if (origin === null) return;
    const { requestIds, traceparent } = origin;
    this.log.debug({ message: 'change written', timerId, epoch, revision, ...requestIdField(requestIds) });
    if (traceparent === null) return;
    const span = { parent: traceparent, startedAtMs: beganAtMs, facts: { timerId, revision } };
    traces.begin('history.write', span).end();
  }
}

function* partsOf(jobs: readonly Job[]): Generator<readonly Job[]> {
  let part: Job[] = [];
  let rows = 0;
  for (const job of jobs) {
    const own = job.change.trades.length + job.change.events.length;
    if (part.length > 0 && rows + own > ROWS_PER_TRANSACTION) {
      yield part;
      part = [];
      rows = 0;
    }
    part.push(job);
    rows += own;
  }
  if (part.length > 0) yield part;
}

function readJob(entry: StreamEntry): Job {
  if (entry.json === null) throw new HistoryError('HISTORY_ENTRY_MALFORMED', { field: 'change' });
  return { entry, change: parseChange(entry.json, entry.stream.timerId), position: positionOf(entry.id) };
}
