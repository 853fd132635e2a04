import { Inject, Injectable, Logger } from '@nestjs/common';
import { requestIdField } from '../platform/logging/request-id';
import { SharedClock } from '../platform/redis/shared-clock';
import { addTrades, advance, placeTrades } from './domain/change';
import type { Change } from './domain/change';
import { learn, retract } from './domain/reading';
import type { Cause } from './domain/origin';
import type { LogEntry, TimerState, Unfetched, WatchChange, Watermark } from './domain/timer';
import type { Cursor } from './domain/timer.events';
import { tradeKey } from './domain/trade';
import type { Trade } from './domain/trade';
import { TimerStore } from './redis/timer.store';
import { RoundCloser } from './round.closer';
import { TimerLog } from './timer.log';
import { TIMER_OPTIONS } from './timer.options';
import type { TimerOptions } from './timer.options';
import type { Written } from './timer.log';

/** What one look at the chain found. */
export interface Found {
  readonly trades: readonly Trade[];
  /** Cursors that are true once `trades` are in; written in the same commit. */
  readonly cursors: readonly Cursor[];
  /** Rows that were found to decide nothing. */
  readonly skipped?: Skipped;
  /** What brought the trades, for logs and traces. */
  readonly cause?: Cause;
}

/** What completeness DEADLINE passes over; null where this look has decided without passing over anything. */
export interface Skipped {
  readonly unfetched: Unfetched | null;
  /** `lastActMs` of the state on which that was decided: an act since then may have made them matter. */
  readonly lastActMs: number;
}

/** What became of a write that the leader asked for. `outdated`: decided on a log that has changed; nothing is written. */
export type WriteOutcome =
  | {
      readonly tag: 'ok';
      readonly state: TimerState;
      readonly newTrades: number;
      readonly lateTrades: number;
    }
  | { readonly tag: 'outdated' }
  | { readonly tag: 'stale_leader' }
  | { readonly tag: 'unknown_timer' };

/** What the leader needs to know of a timer before it reads the chain. */
export interface ReadingState {
  readonly state: TimerState;
  readonly cursors: readonly Cursor[];
  /** What is not settled yet, in log order. */
  readonly tail: readonly LogEntry[];
}

/** After so many rounds closed by one watermark the caller is asked for a newer one. */
const MAX_CLOSINGS = 100;

/** What the leader writes: found trades, block positions, settled stretches of the log. */
@Injectable()
export class TimerWriter {
  private readonly log = new Logger('timer');

  constructor(
    private readonly timers: TimerLog,
    @Inject(TimerStore) private readonly store: Pick<TimerStore, 'known'>,
    private readonly closer: RoundCloser,
    @Inject(SharedClock) private readonly clock: Pick<SharedClock, 'now'>,
    @Inject(TIMER_OPTIONS) private readonly options: Pick<TimerOptions, 'settleMarginMs' | 'eventsTtlSec'>,
  ) {}

  /** @see TimerService.reading */
  async reading(id: string): Promise<ReadingState | null> {
    const log = await this.timers.read(id);
    if (log === null || log.state.isDeleted) return null;
    const { state, cursors, tail } = log;
    return { state, cursors, tail };
  }

  /** @see TimerService.apply */
  async apply(id: string, found: Found, fencingToken: number): Promise<WriteOutcome> {
    // beyond the marks a trade could not be told from one that was counted; history of that age is filled by backfill
    const oldestMs = this.clock.now() - this.options.eventsTtlSec * 1_000;
    const trades = found.trades.filter(({ blockTimeMs }) => blockTimeMs > oldestMs);
    const keys = trades.map(tradeKey);
    const written = await this.timers.write<Change | 'outdated' | null>(id, {
      fencingToken,
      cursors: found.cursors,
      ...(found.cause === undefined ? {} : { cause: found.cause }),
      plan: async (log) => {
        if (found.skipped !== undefined && found.skipped.lastActMs !== log.state.lastActMs)
          return { change: null, extra: 'outdated', isOutdated: true };
        const known = await this.store.known(id, keys);
        const isKnown = (key: string): boolean => known.has(key);
        const change = addTrades(log, trades, isKnown, this.clock.now(), found.skipped?.unfetched);
        return { change, extra: change };
      },
    });
    if (written.tag !== 'ok') return { tag: written.tag };
    const { log, extra } = written;
    if (extra === 'outdated') return { tag: 'outdated' };
    this.tell(id, extra, found.cause?.requestIds ?? []);
    return outcome({ tag: 'ok', log, extra });
  }

  /** @see TimerService.learn */
  async learn(id: string, watch: WatchChange, fencingToken: number): Promise<WriteOutcome> {
    const written = await this.timers.write(id, {
      fencingToken,
      plan: (log) => ({ change: learn(log, watch, this.clock.now()), extra: null }),
    });
    if (written.tag === 'ok') this.log.log({ message: 'watched addresses learned', timerId: id, ...watch });
    return outcome(written);
  }

  /** @see TimerService.retract */
  async retract(
    id: string,
    keys: readonly string[],
    cursors: readonly Cursor[],
    fencingToken: number,
  ): Promise<WriteOutcome> {
    const written = await this.timers.write(id, {
      fencingToken,
      cursors,
      plan: (log) => ({ change: retract(log, keys, this.clock.now()), extra: null }),
    });
    this.log.warn({ message: 'trades rolled back', timerId: id, trades: keys });
    return outcome(written);
  }

  /** @see TimerService.place */
  async place(
    id: string,
    slot: number,
    signatures: readonly string[],
    fencingToken: number,
  ): Promise<WriteOutcome> {
    const written = await this.timers.write(id, {
      fencingToken,
      plan: (log) => ({ change: placeTrades(log, slot, signatures, this.clock.now()), extra: null }),
    });
    return outcome(written);
  }

  /** @see TimerService.settle */
  async settle(id: string, watermark: Watermark, fencingToken: number): Promise<WriteOutcome> {
    const marginMs = this.options.settleMarginMs;
    for (let round = 0; round < MAX_CLOSINGS; round += 1) {
      const frozen = await this.closer.freeze(id, { watermark, marginMs, fencingToken });
      if (frozen === 'stale_leader' || frozen === 'unknown_timer') return { tag: frozen };
      if (frozen === 'open') break;
      await this.closer.finish(id, frozen);
    }
    const written = await this.timers.write(id, {
      fencingToken,
      plan: (log) => ({ change: advance(log, watermark, this.clock.now()), extra: null }),
    });
    return outcome(written);
  }

  private tell(id: string, change: Change | null, requestIds: readonly string[]): void {
    if (change === null) return;
    const { state, trades, lateTrades } = change;
    const { round, deadlineMs } = state.current;
    this.log.log({
      message: 'trades taken in',
      timerId: id,
      trades: trades.length,
      round,
      deadlineMs,
      revision: state.revision,
      ...requestIdField(requestIds),
    });
    if (lateTrades.length > 0) {
      const signatures = lateTrades.map((trade) => trade.signature);
      this.log.error({ message: 'trades found too late', timerId: id, signatures });
    }
  }
}

function outcome(written: Written<Change | null> | Written<null>): WriteOutcome {
  if (written.tag !== 'ok') return { tag: written.tag };
  const { log, extra } = written;
  return {
    tag: 'ok',
    state: log.state,
    newTrades: extra?.firstTrades.length ?? 0,
    lateTrades: extra?.lateTrades.length ?? 0,
  };
}
