import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ConfigModule } from './config/config.module';
import type { Env } from './config/env';
import { GraphqlApiModule } from './graphql/graphql.module';
import { HealthModule } from './health/health.module';
import { HistoryModule } from './history/history.module';
import { HttpModule } from './http/http.module';
import { MetricsModule } from './metrics/metrics.module';
import { LimitsModule } from './platform/limits/limits.module';
import { PlatformModule } from './platform/platform.module';
import type { ChainTarget } from './solana/domain/chain-target';
import { SettingsModule } from './settings/settings.module';
import { SolanaModule } from './solana/solana.module';
import { TimerModule } from './timer/timer.module';

/** The whole service; which of it works on an instance is decided by its roles. */
@Module({})
export class AppModule {
  /**
   * @param env - complete: servers and admin secret are known
   * @param chain - which chain is read
   */
  static forRoot(env: Env, chain: ChainTarget): DynamicModule {
    const solana = SolanaModule.forRoot(chain);
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(env),
        PlatformModule,
        LimitsModule.forRoot(SettingsModule),
        MetricsModule,
        TimerModule,
        solana,
        HistoryModule,
        GraphqlApiModule.forRoot(solana),
        HttpModule,
        HealthModule.forRoot(solana),
      ],
    };
  }
}
