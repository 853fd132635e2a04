import { Inject, Injectable, Logger } from '@nestjs/common';
import { SharedClock } from '../platform/redis/shared-clock';
import type { Change } from './domain/change';
import { createdChange } from './domain/new-timer';
import {
  actsBeyond,
  isRedisNewer,
  olderCursors,
  recovered,
  rereadFrom,
  sideFromHistory,
  takenBack,
} from './domain/recovery';
import type { Durable, Past, Side } from './domain/recovery';
import type { TimerState } from './domain/timer';
import type { Cursor } from './domain/timer.events';
import { tradeKey } from './domain/trade';
import { HistoryReader } from './postgres/history.reader';
import { LedgerStore } from './postgres/ledger.store';
import { TimerStore } from './redis/timer.store';
import type { StoredLog } from './redis/timer.store';
import { TIMER_OPTIONS } from './timer.options';
import type { TimerOptions } from './timer.options';

/** A round with more trades is not taken back where Redis has it: its base is whole up to its own watermark. */
const MOST_TO_TAKE_BACK = 20_000;
/** What is read again is in the tail and has its marks; these are for what is pushed again, and fit into one commit. */
const MOST_MARKS = 50_000;

/** Puts timers back after Redis came back without them, or as another server. Nothing is written before. */
@Injectable()
export class RecoveryService {
  private readonly log = new Logger('recovery');
  private readonly running = new Map<string, Promise<boolean>>();

  constructor(
    private readonly store: TimerStore,
    private readonly ledger: LedgerStore,
    private readonly history: HistoryReader,
    private readonly clock: SharedClock,
    @Inject(TIMER_OPTIONS) private readonly options: Pick<TimerOptions, 'eventsTtlSec'>,
  ) {}

  /** Recovers every timer that needs it. @returns ids of all timers that exist */
  async recoverAll(): Promise<readonly string[]> {
    const ids = new Set([...(await this.ledger.timerIds()), ...(await this.store.ids())]);
    for (const id of ids) {
      await this.recover(id).catch((err: unknown) => {
        this.log.error({ message: 'timer not recovered', timerId: id, err });
      });
    }
    return [...ids];
  }

  /** Ids of all timers that Postgres knows. @throws TimerError TIMER_LEDGER_FAILED */
  async durableIds(): Promise<readonly string[]> {
    return await this.ledger.timerIds();
  }

  /**
   * Recovers one timer if it needs it: its state is gone, or was last written on another server.
   *
   * @returns whether the timer exists afterwards
   * @throws TimerError TIMER_LEDGER_FAILED while Postgres is away: without it nothing can be recovered
   */
  async recover(id: string): Promise<boolean> {
    const running = this.running.get(id);
    if (running !== undefined) return await running;
    const work = this.recoverNow(id).finally(() => this.running.delete(id));
    this.running.set(id, work);
    return await work;
  }

  private async recoverNow(id: string): Promise<boolean> {
    const stored = await this.store.load(id);
    if (stored !== null && stored.committedRunId === stored.runId) return true;
    const snapshot = await this.ledger.snapshot(id);
    if (stored === null && snapshot === null) return false;
    if (stored === null && snapshot !== null && (await this.ledger.isUnwritten(id))) {
      await this.finishCreation(snapshot);
      return true;
    }
    await this.recoverLost(stored, snapshot);
    return true;
  }

  private async recoverLost(stored: StoredLog | null, snapshot: TimerState | null): Promise<void> {
    const isFromRedis = isRedisNewer(stored?.state ?? null, snapshot);
    const state = isFromRedis ? stored?.state : snapshot;
    if (state) await this.recoverFrom(state, { stored, snapshot, isFromRedis });
  }

  /** The id was given, and the first commit is missing: the creator is just about it, or was lost. */
  private async finishCreation(state: TimerState): Promise<void> {
    const { change } = createdChange(state, 'system', 'creation finished');
    await this.store.register(state.id);
    const runId = await this.store.runId();
    const reply = await this.store.commit(change, { expectedCommit: 0, runId, fencingToken: null });
    this.log.log({ message: 'creation finished', timerId: state.id, reply });
    const acts = await this.ledger.actsAfter(state.id, state.createdAtMs);
    // accepted before the historian saw the timer, and lost with it
    if (reply === 'ok' && acts.length > 0) await this.recoverLost(await this.store.load(state.id), state);
  }

  private async recoverFrom(state: TimerState, origin: Origin): Promise<void> {
    const { id } = state;
    const { stored, snapshot, isFromRedis } = origin;
    const past = await this.pastOf(state, isFromRedis ? MOST_TO_TAKE_BACK : null);
    const durableCursors = await this.ledger.cursors(id);
    const cursors = olderCursors(isFromRedis ? (stored?.cursors ?? []) : durableCursors, durableCursors);
    const durable: Durable = {
      acts: actsBeyond(state, past.acts),
      ends: await this.ledger.endsFrom(id, state.current.round),
      highest: highestOf(stored?.state ?? null, snapshot),
    };
    const slot = rereadFrom(cursors);
    const side =
      isFromRedis && stored !== null ? takenBack(stored, past, slot) : sideFromHistory(state, past, slot);
    await this.commit(recovered(side, durable, this.clock.now()), cursors, origin);
  }

  /**
   * The log since the last round's end as Postgres has it. An act that is reserved is decided here, for ever.
   *
   * @param mostTrades - where there are more, none is given; null: all are needed
   */
  private async pastOf({ id, roundBase, reserved }: TimerState, mostTrades: number | null): Promise<Past> {
    if (reserved !== null) await this.ledger.refuseAct(id, reserved);
    const acts = await this.ledger.actsAfter(id, roundBase.lastEndMs);
    const trades = await this.history.tradesAfter(id, roundBase.lastEndMs, mostTrades);
    return { acts, trades };
  }

  private async commit(change: Change, cursors: readonly Cursor[], origin: Origin): Promise<void> {
    const { stored, isFromRedis } = origin;
    const { id, epoch, revision } = change.state;
    const marks = isFromRedis
      ? []
      : await this.history.marksSince(id, this.oldestMarkMs(change.state), MOST_MARKS);
    const reply = await this.store.commit(
      { ...change, put: change.tail, counted: [] },
      {
        expectedCommit: stored?.commit ?? 0,
        runId: stored?.runId ?? (await this.store.runId()),
        fencingToken: null,
        cursors,
        recovery: isFromRedis ? 'keep' : 'replace',
        marks: [...marks, ...tailMarks(change.tail)],
      },
    );
    await this.store.register(id);
    if (reply === 'ok')
      this.log.warn({ message: 'timer recovered', timerId: id, epoch, revision, isFromRedis });
    else this.log.log({ message: 'timer recovered by another instance', timerId: id, reply });
  }

  /** Older trades are not taken in anyway, and older marks are dropped by the commit. */
  private oldestMarkMs({ createdAtMs }: TimerState): number {
    return Math.max(createdAtMs, this.clock.now() - this.options.eventsTtlSec * 1_000);
  }
}

interface Origin {
  readonly stored: StoredLog | null;
  readonly snapshot: TimerState | null;
  readonly isFromRedis: boolean;
}

function highestOf(...states: readonly (TimerState | null)[]): { epoch: number; revision: number } {
  const known = states.filter((state) => state !== null);
  return {
    epoch: Math.max(...known.map((state) => state.epoch)),
    revision: Math.max(...known.map((state) => state.revision)),
  };
}

function tailMarks(tail: Side['tail']): { key: string; blockTimeMs: number }[] {
  return tail.flatMap((entry) =>
    entry.kind === 'trade' ? [{ key: tradeKey(entry.trade), blockTimeMs: entry.trade.blockTimeMs }] : [],
  );
}
