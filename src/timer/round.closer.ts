import { Inject, Injectable, Logger } from '@nestjs/common';
import { announce, freeze } from './domain/change';
import type { RoundEnd, Watermark } from './domain/timer';
import { LedgerStore } from './postgres/ledger.store';
import { TimerLog } from './timer.log';
import { SharedClock } from '../platform/redis/shared-clock';

/** By what right a round may be frozen. */
export interface ClosingProof {
  readonly watermark: Watermark;
  readonly marginMs: number;
  /** Null for timers without chain reading, which end by the shared clock. */
  readonly fencingToken: number | null;
}

/**
 * Closes a round in three steps: the commit freezes deadline and winner, Postgres keeps the end, the script tells it.
 * Each step may be repeated by anyone after a crash; what Postgres holds is what is told.
 */
@Injectable()
export class RoundCloser {
  private readonly log = new Logger('timer');

  constructor(
    private readonly timers: TimerLog,
    @Inject(LedgerStore) private readonly ledger: Pick<LedgerStore, 'insertEnd'>,
    @Inject(SharedClock) private readonly clock: Pick<SharedClock, 'now'>,
  ) {}

  /** Freezes the open round if it is over. @returns the end that is now to be kept, or why there is none */
  async freeze(
    id: string,
    proof: ClosingProof,
  ): Promise<RoundEnd | 'open' | 'stale_leader' | 'unknown_timer'> {
    const written = await this.timers.write(id, {
      fencingToken: proof.fencingToken,
      plan: (log) => {
        const change = freeze(log, proof.watermark, proof.marginMs, this.clock.now());
        return { change, extra: change?.state.closing ?? log.state.closing };
      },
    });
    if (written.tag !== 'ok') return written.tag;
    return written.extra ?? 'open';
  }

  /**
   * Makes a frozen round's end durable, then tells it.
   *
   * @throws TimerError TIMER_LEDGER_FAILED while Postgres is away; the round stays frozen
   */
  async finish(id: string, frozen: RoundEnd): Promise<void> {
    const end = await this.ledger.insertEnd(frozen);
    const written = await this.timers.write(id, {
      fencingToken: null,
      plan: (log) => {
        const isFrozen = log.state.closing?.round === end.round;
        return { change: isFrozen ? announce(log, end, this.clock.now()) : null, extra: isFrozen };
      },
    });
    if (written.tag === 'ok' && written.extra) {
      const { round, winner, endedAtMs } = end;
      this.log.log({
        message: 'round ended',
        timerId: id,
        round,
        winner,
        endedAtMs,
        revision: written.log.state.revision,
      });
    }
  }
}
