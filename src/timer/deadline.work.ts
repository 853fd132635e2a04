import { Injectable } from '@nestjs/common';
import { ActKeeper } from './act.keeper';
import type { TimerState } from './domain/timer';
import { RecoveryService } from './recovery.service';
import { RoundCloser } from './round.closer';

/** What a wake-up may lead to. */
@Injectable()
export class DeadlineWork {
  constructor(
    private readonly closer: RoundCloser,
    private readonly acts: ActKeeper,
    private readonly recovery: RecoveryService,
  ) {}

  /** Ends a timer without chain reading: what the shared clock says is all there is. */
  async endByClock(state: TimerState, nowMs: number): Promise<void> {
    const watermark = { slot: state.watermark.slot, blockTimeMs: nowMs };
    const frozen = await this.closer.freeze(state.id, { watermark, marginMs: 0, fencingToken: null });
    if (typeof frozen === 'object') await this.closer.finish(state.id, frozen);
  }

  /** @see RoundCloser.finish */
  async finish(id: string, closing: NonNullable<TimerState['closing']>): Promise<void> {
    await this.closer.finish(id, closing);
  }

  /** @see ActKeeper.resolve */
  async resolve(id: string, act: NonNullable<TimerState['reserved']>): Promise<void> {
    await this.acts.resolve(id, act);
  }

  /** @see RecoveryService.durableIds */
  async durableIds(): Promise<readonly string[]> {
    return await this.recovery.durableIds();
  }

  /** @see RecoveryService.recover */
  async recover(id: string): Promise<void> {
    await this.recovery.recover(id);
  }
}
