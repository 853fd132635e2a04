import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnModuleInit, Type } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import type { ThrottlerModuleOptions } from '@nestjs/throttler';
import { ENV } from '../../config/config.module';
import type { Env } from '../../config/env';
import { ClientLimitGuard } from './client-limit.guard';
import { LimitsService } from './limits.service';
import { SharedTallyStore } from './shared-tally.store';
import { SlidingWindowStore } from './sliding-window.store';

/** The sliding windows, for the throttler's own module. */
@Module({ providers: [SlidingWindowStore], exports: [SlidingWindowStore] })
export class WindowModule {}

/** Limits every client on every route that does not say `@SkipThrottle()`, and says whose address counts. */
@Module({})
export class LimitsModule implements OnModuleInit {
  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly host: HttpAdapterHost,
  ) {}

  /** @param rules - the module that provides LIMIT_RULES */
  static forRoot(rules: Type): DynamicModule {
    return {
      module: LimitsModule,
      global: true,
      imports: [
        WindowModule,
        rules,
        ThrottlerModule.forRootAsync({
          imports: [WindowModule],
          inject: [SlidingWindowStore],
          // one nominal throttler: what counts is what LIMIT_RULES says at the moment of each request
          useFactory: (storage: SlidingWindowStore): ThrottlerModuleOptions => ({
            throttlers: [{ ttl: 1_000, limit: 1 }],
            storage,
          }),
        }),
      ],
      providers: [SharedTallyStore, LimitsService, { provide: APP_GUARD, useClass: ClientLimitGuard }],
      exports: [LimitsService],
    };
  }

  onModuleInit(): void {
    this.host.httpAdapter
      .getInstance<{ set(name: string, value: unknown): void }>()
      .set('trust proxy', this.env.trustProxy);
  }
}
