import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { DEFAULT_RULES } from './domain/timer';
import { RecoveryService } from './recovery.service';
import { TimerCreation } from './timer.creation';
import { TimerReader } from './timer.reader';
import { isRefusal } from './timer.refusal';

/** The timer that exists from the first start on. */
export const DEFAULT_TIMER_ID = 'global';

/** At start: recovers what Redis lost, makes the default timer where there is none, learns the first states. */
@Injectable()
export class TimerBoot implements OnModuleInit {
  private readonly log = new Logger('timer');

  constructor(
    private readonly recovery: RecoveryService,
    private readonly creation: TimerCreation,
    private readonly reader: TimerReader,
    @Inject(ENV) private readonly env: Env,
  ) {}

  async onModuleInit(): Promise<void> {
    const ids = await this.recovery.recoverAll();
    if (!ids.includes(DEFAULT_TIMER_ID)) await this.createDefault();
    await this.reader.list();
  }

  private async createDefault(): Promise<void> {
    const outcome = await this.creation.create(
      {
        id: DEFAULT_TIMER_ID,
        tokenAddress: this.env.tokenAddress,
        durationMs: this.env.timerDefaultDurationMs,
        rules: DEFAULT_RULES,
        pools: [],
        chainReading: this.env.chainReadingEnabled,
        isPaused: false,
      },
      'system',
      'first start',
    );
    if (isRefusal(outcome)) this.log.log({ message: 'default timer made by another instance' });
  }
}
