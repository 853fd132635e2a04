import { Logger } from '@nestjs/common';
import { pause, pauseMs } from './backoff';
import { requestIdField } from '../platform/logging/request-id';
import { traces } from '../platform/tracing/traces';
import { parseChange } from './change.parser';
import type { ParsedChange } from './change.parser';
import type { EventRepository, Mismatch } from './event.repository';
import type { LoggedChange } from './event.rows';
import { HistoryError } from './history.errors';
import { isRowError } from './postgres.problem';
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
   * Writes the entries in one transaction. While Postgres is away it waits and tries again, without limit but with
   * growing pauses; when an entry itself is refused, the others are written without it.
   *
   * @throws the signal's AbortError, when it is aborted while Postgres is away; nothing is lost, the entries stay
   *   unacknowledged
   */
  async write(entries: readonly StreamEntry[], signal: AbortSignal): Promise<BatchOutcome> {
    const failures: Failure[] = [];
    const jobs: Job[] = [];
    for (const entry of entries) {
      try {
        jobs.push(readJob(entry));
      } catch (cause) {
        failures.push({ entry, cause });
      }
    }
    const outcome = await this.store(jobs, signal);
    return { ...outcome, failures: [...failures, ...outcome.failures] };
  }

  private async store(jobs: readonly Job[], signal: AbortSignal): Promise<BatchOutcome> {
    for (let attempt = 0; ; attempt += 1) {
      const beganAtMs = Date.now();
      try {
        const mismatches = await this.repository.write(jobs);
        this.isWaiting = false;
        for (const { change } of jobs) this.tell(change, beganAtMs);
        return { written: jobs.map(({ entry }) => entry), failures: [], mismatches };
      } catch (cause) {
        if (isRowError(cause)) return await this.isolate(jobs, cause, signal);
        if (!this.isWaiting)
          this.log.warn({ message: 'history writing interrupted', entries: jobs.length, err: cause });
        this.isWaiting = true;
        await pause(pauseMs(attempt), signal);
        signal.throwIfAborted();
      }
    }
  }

  private tell({ timerId, epoch, revision, origin }: ParsedChange, beganAtMs: number): void {
    if (origin === null) return;
    const { requestIds, traceparent } = origin;
    this.log.debug({ message: 'change written', timerId, epoch, revision, ...requestIdField(requestIds) });
    if (traceparent === null) return;
    const span = { parent: traceparent, startedAtMs: beganAtMs, facts: { timerId, revision } };
    traces.begin('history.write', span).end();
  }

  // halving finds one bad entry among n with about 2 log n transactions
  private async isolate(jobs: readonly Job[], cause: unknown, signal: AbortSignal): Promise<BatchOutcome> {
    this.isWaiting = false;
    const [first] = jobs;
    if (first !== undefined && jobs.length === 1) {
      return { written: [], failures: [{ entry: first.entry, cause }], mismatches: [] };
    }
    const middle = Math.ceil(jobs.length / 2);
    const left = await this.store(jobs.slice(0, middle), signal);
    const right = await this.store(jobs.slice(middle), signal);
    return {
      written: [...left.written, ...right.written],
      failures: [...left.failures, ...right.failures],
      mismatches: [...left.mismatches, ...right.mismatches],
    };
  }
}

function readJob(entry: StreamEntry): Job {
  if (entry.json === null) throw new HistoryError('HISTORY_ENTRY_MALFORMED', { field: 'change' });
  return { entry, change: parseChange(entry.json, entry.stream.timerId), position: positionOf(entry.id) };
}
