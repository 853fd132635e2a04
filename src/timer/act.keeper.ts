import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { SharedClock } from '../platform/redis/shared-clock';
import { setTimeout as delay } from 'node:timers/promises';
import { accept, judgeAct, refuse, reserve } from './domain/acts';
import type { ActRefusal, ActRequest } from './domain/acts';
import type { Change } from './domain/change';
import type { Act } from './domain/timer';
import { LedgerStore } from './postgres/ledger.store';
import type { StoredLog } from './redis/timer.store';
import type { Refusal } from './timer.refusal';
import { refusal } from './timer.refusal';
import { TimerLog } from './timer.log';

const BUSY_RETRY_MS = 50;
const BUSY_LIMIT_MS = 3_000;

const UNKNOWN_OUTCOME =
  'the database did not say whether it kept the change; look at the timer before you repeat it';
const KEPT = 'the change is kept, and takes effect when the shared state can be reached again';

/** What must hold of a timer's state before an act is accepted; a sentence where it does not. */
export type Condition = (log: StoredLog) => string | null;

/**
 * Keeps admin acts: reserved in the log, durable in Postgres, then true for everyone. It answers after Postgres has
 * the act; an act whose keeper died is decided by what Postgres holds.
 */
@Injectable()
export class ActKeeper {
  private readonly log = new Logger('timer');

  constructor(
    private readonly timers: TimerLog,
    @Inject(LedgerStore) private readonly ledger: Pick<LedgerStore, 'insertAct' | 'refuseAct'>,
    @Inject(SharedClock) private readonly clock: Pick<SharedClock, 'now' | 'sync' | 'isSuspect'>,
  ) {}

  /** Performs an act. @returns the log after it, or why nothing has changed */
  async perform(
    id: string,
    asked: Omit<ActRequest, 'id'>,
    condition: Condition,
  ): Promise<StoredLog | Refusal> {
    try {
      return await this.performNow(id, { ...asked, id: randomUUID() }, condition);
    } catch (err) {
      this.log.error({ message: 'act failed', timerId: id, type: asked.type, err });
      return refusal('SERVICE_UNAVAILABLE', 'the shared state cannot be reached; nothing was changed');
    }
  }

  /** Decides an act whose keeper is gone by what Postgres holds. @throws TimerError TIMER_LEDGER_FAILED */
  async resolve(id: string, act: Act): Promise<void> {
    const status = await this.ledger.refuseAct(id, act);
    await this.conclude(id, act, status);
    this.log.warn({ message: 'abandoned act decided', timerId: id, actId: act.id, status });
  }

  private async performNow(
    id: string,
    request: ActRequest,
    condition: Condition,
  ): Promise<StoredLog | Refusal> {
    await this.clock.sync();
    if (this.clock.isSuspect) {
      return refusal('SERVICE_UNAVAILABLE', 'the shared clock made an unexplained step; nothing was changed');
    }
    const giveUpAtMs = performance.now() + BUSY_LIMIT_MS;
    for (;;) {
      const written = await this.timers.write<Act | ActRefusal>(id, {
        fencingToken: null,
        plan: (log) => this.reservation(log, request, condition),
      });
      if (written.tag !== 'ok') return refusal('NOT_FOUND', `there is no timer "${id}"`);
      if (!('refusal' in written.extra)) return await this.keep(id, written.extra);
      if (written.extra.isBusy !== true) return refusal('CONFLICT', written.extra.refusal);
      if (performance.now() > giveUpAtMs) {
        return refusal(
          'SERVICE_UNAVAILABLE',
          'the database has not answered for an earlier change; nothing was changed',
        );
      }
      await delay(BUSY_RETRY_MS);
    }
  }

  private reservation(
    log: StoredLog,
    request: ActRequest,
    condition: Condition,
  ): { change: Change | null; extra: Act | ActRefusal } {
    const nowMs = this.clock.now();
    const problem = condition(log);
    if (problem !== null) return { change: null, extra: { refusal: problem } };
    const act = judgeAct(log, request, nowMs);
    if ('refusal' in act) return { change: null, extra: act };
    return { change: reserve(log, act, nowMs), extra: act };
  }

  private async keep(id: string, act: Act): Promise<StoredLog | Refusal> {
    const status = await this.ledger.insertAct(id, act).catch(async (err: unknown) => {
      this.log.error({ message: 'act not kept', timerId: id, actId: act.id, err });
      return await this.ledger.refuseAct(id, act).catch(() => 'unknown' as const);
    });
    if (status === 'unknown') return refusal('SERVICE_UNAVAILABLE', UNKNOWN_OUTCOME);
    const log = await this.conclude(id, act, status).catch((err: unknown) => {
      this.log.error({ message: 'act not concluded', timerId: id, actId: act.id, status, err });
      return 'unconcluded' as const;
    });
    if (log === 'unconcluded' && status === 'accepted') return refusal('SERVICE_UNAVAILABLE', KEPT);
    if (log === 'unconcluded') return refusal('SERVICE_UNAVAILABLE', 'nothing was changed');
    if (status === 'refused' || log === null) {
      return refusal('SERVICE_UNAVAILABLE', 'the database could not keep the change; nothing was changed');
    }
    return log;
  }

  private async conclude(id: string, act: Act, status: 'accepted' | 'refused'): Promise<StoredLog | null> {
    const written = await this.timers.write(id, {
      fencingToken: null,
      plan: (log) => ({ change: conclusion(log, act, status, this.clock.now()), extra: null }),
    });
    return written.tag === 'ok' ? written.log : null;
  }
}

function conclusion(log: StoredLog, act: Act, status: 'accepted' | 'refused', nowMs: number): Change | null {
  const isReserved = log.state.reserved?.id === act.id;
  if (status === 'refused') return isReserved ? refuse(log, nowMs) : null;
  if (isReserved) return accept(log, act, nowMs);
  return log.state.acceptedActs.includes(act.id) ? null : accept(log, act, nowMs);
}
