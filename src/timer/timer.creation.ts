import { Inject, Injectable } from '@nestjs/common';
import { SharedClock } from '../platform/redis/shared-clock';
import { createdChange, firstState } from './domain/new-timer';
import type { NewTimer } from './domain/new-timer';
import type { TimerState } from './domain/timer';
import { LedgerStore } from './postgres/ledger.store';
import { TimerStore } from './redis/timer.store';
import { TIMER_OPTIONS } from './timer.options';
import type { TimerOptions } from './timer.options';
import { refusal } from './timer.refusal';
import type { Refusal } from './timer.refusal';

/** Makes timers: the id is given in Postgres first, once for ever. */
@Injectable()
export class TimerCreation {
  constructor(
    private readonly store: TimerStore,
    private readonly ledger: LedgerStore,
    private readonly clock: SharedClock,
    @Inject(TIMER_OPTIONS) private readonly options: TimerOptions,
  ) {}

  /** @returns the new state, or why there is none @throws TimerError TIMER_LEDGER_FAILED; whatever ioredis throws */
  async create(timer: NewTimer, actor: string, reason: string | null): Promise<TimerState | Refusal> {
    const nowMs = await this.clock.sync();
    if (this.clock.isSuspect)
      return refusal('SERVICE_UNAVAILABLE', 'the shared clock made an unexplained step');
    const runId = await this.store.runId();
    const count = await this.ledger.countTimers();
    if (count >= this.options.maxTimers) {
      return refusal('CONFLICT', `there are ${count} timers, and no more may exist (TIMER_MAX_INSTANCES)`);
    }
    const state = firstState(timer, nowMs);
    if (!(await this.ledger.insertTimer(state))) return refusal('CONFLICT', `the id "${timer.id}" is taken`);
    const { change } = createdChange(state, actor, reason);
    await this.store.register(timer.id);
    const reply = await this.store.commit(change, { expectedCommit: 0, runId, fencingToken: null });
    if (reply === 'ok') return state;
    // another instance has found the id in Postgres and finished the creation
    return (await this.store.load(timer.id))?.state ?? state;
  }
}
