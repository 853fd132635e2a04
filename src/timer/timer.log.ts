import { Inject, Injectable, Logger } from '@nestjs/common';
import { signals } from '../metrics/domain/signals';
import { traces } from '../platform/tracing/traces';
import { committedOf } from './domain/committed';
import type { Change } from './domain/change';
import type { Cause } from './domain/origin';
import type { Cursor } from './domain/timer.events';
import { RecoveryService } from './recovery.service';
import { TimerStore } from './redis/timer.store';
import type { CommitOptions, CommitReply, StoredLog } from './redis/timer.store';
import { TimerError } from './timer.errors';

const MAX_ATTEMPTS = 50;

/** One write: how to plan it from the log as it is, and with what right. */
export interface Write<Extra> {
  /** Pure but for reads: called again after each conflict. A null change writes the cursors only, if there are any. */
  plan(log: StoredLog): Promise<Plan<Extra>> | Plan<Extra>;
  /** Null for admin acts. */
  readonly fencingToken: number | null;
  readonly cursors?: readonly Cursor[];
  /** What led to it, for logs and traces. */
  readonly cause?: Cause;
}

/** @see Write */
export interface Plan<Extra> {
  readonly change: Change | null;
  readonly extra: Extra;
  /** True where nothing is to be written, the cursors neither: the log is not what the caller decided on. */
  readonly isOutdated?: boolean;
}

/** What became of a write. */
export type Written<Extra> =
  | { readonly tag: 'ok'; readonly log: StoredLog; readonly extra: Extra }
  | { readonly tag: 'stale_leader' | 'unknown_timer' };

/** Compare and commit, again and again: reads the log, lets the plan fold it, retries after a conflict. */
@Injectable()
export class TimerLog {
  private readonly recent = new Map<string, StoredLog>();
  /** What was seen last, old or not: only a comparison with Redis makes use of it. */
  private readonly last = new Map<string, StoredLog>();
  private readonly logger = new Logger('timer');

  constructor(
    @Inject(TimerStore) private readonly store: Pick<TimerStore, 'load' | 'commit'>,
    @Inject(RecoveryService) private readonly recovery: Pick<RecoveryService, 'recover'>,
  ) {}

  /** The log fresh from Redis; null where there is no such timer. */
  async read(id: string): Promise<StoredLog | null> {
    const loaded = await this.store.load(id, this.last.get(id) ?? null);
    const last = this.last.get(id);
    // a commit may have ended meanwhile: the same log, but one whose end alone is folded again
    const log = last !== undefined && isNotOlder(last, loaded) ? last : loaded;
    this.remember(id, log);
    return log;
  }

  /**
   * Plans and commits one write.
   *
   * @throws TimerError TIMER_COMMIT_FAILED when it loses against others too often; whatever ioredis throws when Redis
   *   is away
   */
  async write<Extra>(id: string, write: Write<Extra>): Promise<Written<Extra>> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const remembered = this.recent.get(id);
      const log = remembered ?? (await this.read(id));
      if (log === null) {
        if (!(await this.recovery.recover(id))) return { tag: 'unknown_timer' };
        continue;
      }
      if (log.state.isDeleted) return { tag: 'unknown_timer' };
      const { change, extra, isOutdated } = await write.plan(log);
      const cursors = isOutdated === true ? [] : (write.cursors ?? []);
      if (change === null && remembered !== undefined) {
        // what is remembered may be old; only a fresh log shows that there is nothing to do
        this.forget(id);
        continue;
      }
      if (change === null && cursors.length === 0) return { tag: 'ok', log, extra };
      const written = await this.commit(log, change ?? unchanged(log), write);
      if (written === 'stale_leader') return { tag: 'stale_leader' };
      if (written !== 'again') return { tag: 'ok', log: written, extra };
    }
    throw new TimerError('TIMER_COMMIT_FAILED', { timerId: id, attempts: MAX_ATTEMPTS });
  }

  /** Forgets what was read; the next write reads again. */
  forget(id: string): void {
    this.recent.delete(id);
  }

  private async commit<Extra>(
    log: StoredLog,
    change: Change,
    write: Write<Extra>,
  ): Promise<StoredLog | 'again' | 'stale_leader'> {
    const { id } = log.state;
    const cursors = merged(log.cursors, write.cursors ?? []);
    this.forget(id);
    const reply = await this.commitTraced(change, write, {
      expectedCommit: log.commit,
      runId: log.runId,
      fencingToken: write.fencingToken,
      cursors: write.cursors ?? [],
      allCursors: cursors,
    });
    if (reply === 'ok') {
      this.tell(change);
      const next = {
        ...log,
        state: change.state,
        tail: change.tail,
        cursors,
        commit: log.commit + 1,
        committedRunId: log.runId,
      };
      this.remember(id, next);
      return next;
    }
    if (reply === 'stale_leader') {
      const { fencingToken } = write;
      signals.incident.tell({ rule: 'leader-stale', context: { timerId: id, fencingToken } });
      return reply;
    }
    if (reply === 'other_server' || reply === 'unknown_timer') {
      this.logger.warn({ message: 'commit met another redis server', timerId: id, reply });
      await this.recovery.recover(id);
    }
    return 'again';
  }

  /** The commit as a span of its own where something is known of what led to it: looks that found nothing are none. */
  private async commitTraced<Extra>(
    change: Change,
    { cause }: Write<Extra>,
    options: CommitOptions,
  ): Promise<CommitReply> {
    if (cause === undefined) return await this.store.commit(change, options);
    const { requestIds, traceparents } = cause;
    const { id, revision } = change.state;
    const [parent = null, ...links] = traceparents;
    const facts = { timerId: id, revision, trades: change.trades.length };
    const span = traces.begin('timer.commit', { parent, links, facts });
    try {
      const origin = { requestIds, traceparent: span.traceparent };
      const reply = await this.store.commit(change, { ...options, origin });
      span.end({ reply });
      return reply;
    } catch (err) {
      span.fail(err);
      throw err;
    }
  }

  private tell({ state, events, firstTrades }: Change): void {
    signals.committed.tell(committedOf(state, events, firstTrades));
    for (const { type, trade, timerId } of events) {
      if (type !== 'LATE_TRADE') continue;
      const context = { timerId, round: trade?.round ?? null, signature: trade?.signature ?? null };
      signals.incident.tell({ rule: 'late-trade', context });
    }
  }

  private remember(id: string, log: StoredLog | null): void {
    if (log === null) this.recent.delete(id);
    else {
      this.recent.set(id, log);
      this.last.set(id, log);
    }
  }
}

/** Whether `a` is the same log as `b`, or what later commits to the same server have made of it. */
function isNotOlder(a: StoredLog, b: StoredLog | null): boolean {
  if (b === null || a.runId !== b.runId || a.committedRunId !== b.committedRunId) return false;
  const isSameTime = a.state.epoch === b.state.epoch;
  return isSameTime && a.commit >= b.commit && a.state.revision >= b.state.revision;
}

function unchanged(log: StoredLog): Change {
  return {
    state: log.state,
    tail: log.tail,
    put: [],
    drop: [],
    counted: [],
    events: [],
    trades: [],
    firstTrades: [],
    lateTrades: [],
    forgotten: [],
    ended: [],
    isVisible: false,
  };
}

function merged(before: readonly Cursor[], after: readonly Cursor[]): readonly Cursor[] {
  const byAddress = new Map(before.map((cursor) => [cursor.address, cursor]));
  for (const cursor of after) byAddress.set(cursor.address, cursor);
  return [...byAddress.values()];
}
