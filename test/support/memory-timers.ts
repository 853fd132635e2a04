import type { TimerDoor } from '../../src/solana/sources/timer-door';
import { ActKeeper } from '../../src/timer/act.keeper';
import { createdChange, firstState } from '../../src/timer/domain/new-timer';
import type { NewTimer } from '../../src/timer/domain/new-timer';
import type { ActRequest } from '../../src/timer/domain/acts';
import type { Act, WatchChange, Watermark } from '../../src/timer/domain/timer';
import type { Cursor } from '../../src/timer/domain/timer.events';
import type { StoredLog } from '../../src/timer/redis/timer.store';
import { RoundCloser } from '../../src/timer/round.closer';
import { TimerLog } from '../../src/timer/timer.log';
import type { Refusal } from '../../src/timer/timer.refusal';
import { TimerWriter } from '../../src/timer/timer.writer';
import type { Found, ReadingState, WriteOutcome } from '../../src/timer/timer.service';
import { MemoryLedger, MemoryTimerStore } from './memory-timer-store';

/** What timers in memory need of their surroundings. */
export interface MemoryTimersOptions {
  /** Shared time, epoch ms. */
  readonly now: () => number;
  readonly marginMs: number;
  readonly keepsRecords?: boolean;
  readonly isSuspect?: () => boolean;
}

/** The timer room's own log, writer, closer and act keeper, over a store and a ledger in memory. */
export class MemoryTimers implements TimerDoor {
  readonly ledger: MemoryLedger;
  readonly store: MemoryTimerStore;
  private readonly writer: TimerWriter;
  private readonly acts: ActKeeper;

  /** @param shared - another instance, whose store and ledger this one uses, too */
  constructor(
    private readonly options: MemoryTimersOptions,
    shared?: Pick<MemoryTimers, 'ledger' | 'store'>,
  ) {
    const { now, marginMs, keepsRecords = true, isSuspect = () => false } = options;
    const clock = {
      now,
      get isSuspect() {
        return isSuspect();
      },
      sync: () => Promise.resolve(now()),
    };
    this.ledger = shared?.ledger ?? new MemoryLedger();
    this.store = shared?.store ?? new MemoryTimerStore({ eventsTtlSec: 604_800 }, keepsRecords);
    const log = new TimerLog(this.store, { recover: () => Promise.resolve(false) });
    const closer = new RoundCloser(log, this.ledger, clock);
    this.writer = new TimerWriter(log, this.store, closer, clock, {
      settleMarginMs: marginMs,
      eventsTtlSec: 604_800,
    });
    this.acts = new ActKeeper(log, this.ledger, clock);
  }

  /** Acts as they were accepted. */
  get acceptedActs(): readonly Act[] {
    return this.ledger.accepted;
  }

  /** Makes a timer now. */
  async create(timer: NewTimer): Promise<void> {
    const { change } = createdChange(firstState(timer, this.options.now()), 'test', null);
    await this.store.commit(change, { expectedCommit: 0, runId: this.store.server, fencingToken: null });
  }

  /** An admin's act. */
  act(id: string, asked: Pick<ActRequest, 'type'> & Partial<ActRequest>): Promise<StoredLog | Refusal> {
    const request = { actor: 'admin', reason: null, force: false, change: {}, ...asked };
    return this.acts.perform(id, request, () => null);
  }

  /** Decides an act whose keeper is gone, as the watcher of deadlines does. */
  async resolveAbandoned(id: string): Promise<void> {
    const reserved = (await this.writer.reading(id))?.state.reserved ?? null;
    if (reserved !== null) await this.acts.resolve(id, reserved);
  }

  reading(id: string): Promise<ReadingState | null> {
    return this.writer.reading(id);
  }

  apply(id: string, found: Found, fencingToken: number): Promise<WriteOutcome> {
    return this.writer.apply(id, found, fencingToken);
  }

  place(
    id: string,
    slot: number,
    signatures: readonly string[],
    fencingToken: number,
  ): Promise<WriteOutcome> {
    return this.writer.place(id, slot, signatures, fencingToken);
  }

  settle(id: string, watermark: Watermark, fencingToken: number): Promise<WriteOutcome> {
    return this.writer.settle(id, watermark, fencingToken);
  }

  learn(id: string, watch: WatchChange, fencingToken: number): Promise<WriteOutcome> {
    return this.writer.learn(id, watch, fencingToken);
  }

  retract(
    id: string,
    keys: readonly string[],
    cursors: readonly Cursor[],
    fencingToken: number,
  ): Promise<WriteOutcome> {
    return this.writer.retract(id, keys, cursors, fencingToken);
  }
}
