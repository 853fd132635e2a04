import { Module } from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { ActKeeper } from './act.keeper';
import { DeadlineWatcher } from './deadline.watcher';
import { DeadlineWork } from './deadline.work';
import { HistoryReader } from './postgres/history.reader';
import { LedgerStore } from './postgres/ledger.store';
import { RecoveryService } from './recovery.service';
import { TimerStore } from './redis/timer.store';
import { RoundCloser } from './round.closer';
import { TimerBoot } from './timer.boot';
import { TimerCreation } from './timer.creation';
import { TimerLog } from './timer.log';
import { TIMER_OPTIONS } from './timer.options';
import type { TimerOptions } from './timer.options';
import { TimerReader } from './timer.reader';
import { TimerService } from './timer.service';
import { TimerWriter } from './timer.writer';

/** Longer than the longest wait for Postgres. */
const ABANDONED_AFTER_MS = 6_000;

/** The countdowns: their log, their fold, their commit. */
@Module({
  providers: [
    {
      provide: TIMER_OPTIONS,
      inject: [ENV],
      useFactory: (env: Env): TimerOptions => ({
        eventsTtlSec: env.redisEventsTtlSec,
        settleMarginMs: env.timerSettleMarginMs,
        maxTimers: env.timerMaxInstances,
        isWatcher: env.roles.includes('watcher'),
        abandonedAfterMs: ABANDONED_AFTER_MS,
      }),
    },
    TimerStore,
    LedgerStore,
    HistoryReader,
    RecoveryService,
    TimerLog,
    RoundCloser,
    ActKeeper,
    TimerCreation,
    TimerWriter,
    TimerReader,
    TimerBoot,
    DeadlineWork,
    DeadlineWatcher,
    TimerService,
  ],
  exports: [TimerService],
})
export class TimerModule {}
