import { Injectable } from '@nestjs/common';
import { SharedClock } from '../platform/redis/shared-clock';
import { ActKeeper } from './act.keeper';
import type { ActRequest } from './domain/acts';
import type { NewTimer } from './domain/new-timer';
import type { ConfigChange, WatchChange, Watermark } from './domain/timer';
import type { ChangeMessage, Cursor, TimerView } from './domain/timer.events';
import { TimerReader } from './timer.reader';
import type { Listening, TimerSnapshot } from './timer.reader';
import { TimerCreation } from './timer.creation';
import { TimerWriter } from './timer.writer';
import type { Found, ReadingState, Skipped, WriteOutcome } from './timer.writer';
import { isRefusal, refusal } from './timer.refusal';
import type { Refusal } from './timer.refusal';
import type { StoredLog } from './redis/timer.store';

/** Who acts, and why. */
export interface ActOrder {
  readonly actor: string;
  readonly reason: string | null;
  /** Ends a settling round void instead of refusing. */
  readonly force?: boolean;
}

/** The change is made only if the timer still is at this (epoch, revision); null: whatever it is. */
export interface Expected {
  readonly epoch: number | null;
  readonly revision: number | null;
}

/**
 * The front door of the timer room. Reads go on from the last known state while Redis is away; writes throw what
 * ioredis throws, and acts are refused with SERVICE_UNAVAILABLE.
 */
@Injectable()
export class TimerService {
  constructor(
    private readonly reader: TimerReader,
    private readonly writer: TimerWriter,
    private readonly acts: ActKeeper,
    private readonly creation: TimerCreation,
    private readonly clock: SharedClock,
  ) {}

  /** Whether this instance knows the state of any timer. */
  get hasState(): boolean {
    return this.reader.hasState;
  }

  /** What this instance shows now of every timer that it follows; asks nobody. */
  shown(): readonly TimerView[] {
    return this.reader.shown();
  }

  /** All timers that exist, by id. */
  async list(): Promise<readonly TimerSnapshot[]> {
    return await this.reader.list();
  }

  /** One timer; null where there is none. @throws TimerError TIMER_STATE_MISSING while Redis is away and nothing is known */
  async current(id: string): Promise<TimerSnapshot | null> {
    return await this.reader.current(id);
  }

  /** Calls `listener` with each change of a timer from now on, as published, in the turn in which it came. */
  listen(id: string, listener: (message: ChangeMessage) => void): Listening {
    return this.reader.listen(id, listener);
  }

  /** The same as an iterator; it fails a reader with 1,000 unread changes. End it to stop listening. */
  changes(id: string): AsyncIterableIterator<ChangeMessage> {
    return this.reader.changes(id);
  }

  /** Puts found trades into the log and moves the cursors, in one commit. Safe to repeat. */
  async apply(id: string, found: Found, fencingToken: number): Promise<WriteOutcome> {
    return await this.writer.apply(id, found, fencingToken);
  }

  /** Reads other addresses from now on: learned from trades, or quiet for long. What an admin gave stays. */
  async learn(id: string, watch: WatchChange, fencingToken: number): Promise<WriteOutcome> {
    return await this.writer.learn(id, watch, fencingToken);
  }

  /**
   * Takes trades back whose block the cluster gave up.
   *
   * @param keys - trade keys; those that are settled already stay
   * @param cursors - where reading goes on, in the same commit
   */
  async retract(
    id: string,
    keys: readonly string[],
    cursors: readonly Cursor[],
    fencingToken: number,
  ): Promise<WriteOutcome> {
    return await this.writer.retract(id, keys, cursors, fencingToken);
  }

  /** Tells the block positions of a slot's transactions: signatures in block order. Safe to repeat. */
  async place(
    id: string,
    slot: number,
    signatures: readonly string[],
    fencingToken: number,
  ): Promise<WriteOutcome> {
    return await this.writer.place(id, slot, signatures, fencingToken);
  }

  /**
   * The chain has been read for certain up to `watermark`: settles entries and closes rounds that are over.
   *
   * @throws TimerError TIMER_LEDGER_FAILED while Postgres is away and a round is to be closed; it stays SETTLING
   */
  async settle(id: string, watermark: Watermark, fencingToken: number): Promise<WriteOutcome> {
    return await this.writer.settle(id, watermark, fencingToken);
  }

  /** State, cursors and open questions of a timer, fresh from Redis; null where there is no such timer. */
  async reading(id: string): Promise<ReadingState | null> {
    return await this.writer.reading(id);
  }

  /** Makes a timer. Its id is given once, for ever. */
  async create(timer: NewTimer, order: ActOrder): Promise<TimerSnapshot | Refusal> {
    const state = await this.creation
      .create(timer, order.actor, order.reason)
      .catch(() => refusal('SERVICE_UNAVAILABLE', 'the database or the shared state cannot be reached'));
    return isRefusal(state) ? state : this.reader.snapshot(state);
  }

  /** The full duration again; opens a round where none is open. */
  async reset(id: string, order: ActOrder): Promise<TimerSnapshot | Refusal> {
    return await this.act(id, { type: 'RESET', change: {} }, order);
  }

  /** Stops the time of a running timer. */
  async pause(id: string, order: ActOrder): Promise<TimerSnapshot | Refusal> {
    return await this.act(id, { type: 'PAUSE', change: {} }, order);
  }

  /** Lets the time of a paused timer go on. */
  async resume(id: string, order: ActOrder): Promise<TimerSnapshot | Refusal> {
    return await this.act(id, { type: 'RESUME', change: {} }, order);
  }

  /** Changes duration, rules or token from now on. */
  async configure(
    id: string,
    change: ConfigChange,
    order: ActOrder,
    expected: Expected = { epoch: null, revision: null },
  ): Promise<TimerSnapshot | Refusal> {
    return await this.act(id, { type: 'CONFIGURE', change }, order, expected);
  }

  /** Reads other addresses beside the mint from now on; an act like any other. */
  async watch(id: string, watch: WatchChange, order: ActOrder): Promise<TimerSnapshot | Refusal> {
    return await this.act(id, { type: 'CONFIGURE', change: { watch } }, order);
  }

  /** Deletes a timer; its history stays, its id is not given again. */
  async delete(id: string, order: ActOrder): Promise<Refusal | null> {
    const outcome = await this.act(id, { type: 'DELETE', change: {} }, order);
    return isRefusal(outcome) ? outcome : null;
  }

  /** An admin says that the shared clock is right after a step. */
  confirmClock(): void {
    this.clock.confirm();
  }

  private async act(
    id: string,
    asked: Pick<ActRequest, 'type' | 'change'>,
    order: ActOrder,
    expected: Expected = { epoch: null, revision: null },
  ): Promise<TimerSnapshot | Refusal> {
    const { actor, reason, force } = order;
    const request = { ...asked, actor, reason, force: force ?? false };
    const outcome = await this.acts.perform(id, request, (log) => mismatch(log, expected));
    return isRefusal(outcome) ? outcome : this.reader.snapshot(outcome.state);
  }
}

function mismatch({ state }: StoredLog, expected: Expected): string | null {
  const isSame =
    (expected.epoch === null || expected.epoch === state.epoch) &&
    (expected.revision === null || expected.revision === state.revision);
  return isSame
    ? null
    : `the timer has changed meanwhile: it is at epoch ${state.epoch}, revision ${state.revision}`;
}

export { isRefusal };
export type { Found, Listening, NewTimer, ReadingState, Refusal, Skipped, TimerSnapshot, WriteOutcome };
