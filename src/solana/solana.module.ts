import { Inject, Module, RequestMethod } from '@nestjs/common';
import type {
  DynamicModule,
  MiddlewareConsumer,
  NestModule,
  OnApplicationBootstrap,
  OnModuleDestroy,
  Provider,
} from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { MetricsModule } from '../metrics/metrics.module';
import { Drain } from '../platform/drain/drain.service';
import { PostgresService } from '../platform/postgres/postgres.service';
import { RedisService } from '../platform/redis/redis.service';
import { SharedClock } from '../platform/redis/shared-clock';
import { SettingsModule } from '../settings/settings.module';
import { SettingsService } from '../settings/settings.service';
import { LiveTimersModule } from '../timer/live-timers.module';
import { LiveTimersService } from '../timer/live-timers.service';
import { TimerModule } from '../timer/timer.module';
import { TimerService } from '../timer/timer.service';
import type { ChainTarget } from './domain/chain-target';
import type { Helius } from './helius/helius.factory';
import { InspectionService } from './inspection.service';
import { LeaderService } from './leader.service';
import { LEASE_TIMES } from './lease.term';
import { LeaseStore } from './redis/lease.store';
import { ObservedStore } from './redis/observed.store';
import { CreditLedger } from './credits/credit.ledger';
import { CreditStore } from './credits/credit.store';
import { CreditsService } from './credits.service';
import { READING_POLICY } from './reading-policy';
import type { ReadingPolicy } from './reading-policy';
import { READING_PACE, READING_PACE_DEFAULT } from './reading.pace';
import type { ReadingPace } from './reading.pace';
import { chainSourceOf } from './rpc/chain-source';
import { CreditMeter } from './rpc/credit-meter';
import { SolanaMetrics } from './solana.metrics';
import { SolanaService } from './solana.service';
import { WebhookDoor } from './sources/webhook.door';
import type { Watcher } from './watcher';
import { watcherOf } from './watcher.factory';
import type { WatcherNeeds } from './watcher.factory';
import { WebhookAdminService } from './webhook-admin.service';
import { HELIUS, HELIUS_BASE_URL, webhookProviders } from './webhook.providers';

/** Which chain is read, `ChainTarget`. */
export const CHAIN_TARGET = Symbol('CHAIN_TARGET');

/** What is read, and where its calls are counted. */
const CHAIN_READING = Symbol('CHAIN_READING');
type ChainReading = Pick<WatcherNeeds, 'target' | 'meter' | 'policy' | 'helius' | 'pace'>;

/** Reads while this instance leads; null where it does not compete. */
const WATCHER = Symbol('WATCHER');

/** Starts to compete for reading once everything is up, and hands over at once when the process stops. */
class WatcherLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(WATCHER) private readonly watcher: Watcher | null,
    @Inject(LeaderService) private readonly leader: LeaderService,
    @Inject(Drain) drain: Drain,
  ) {
    drain.add('lease', () => leader.stop());
  }

  onApplicationBootstrap(): void {
    const { watcher } = this;
    if (watcher !== null) this.leader.start((signal, fencingToken) => watcher.lead(signal, fencingToken));
  }

  async onModuleDestroy(): Promise<void> {
    await this.leader.stop();
  }
}

const providers: Provider[] = [
  {
    provide: CreditMeter,
    inject: [SharedClock],
    useFactory: (clock: SharedClock) => new CreditMeter(() => clock.now()),
  },
  {
    provide: CreditLedger,
    inject: [CreditMeter, PostgresService, RedisService, SharedClock, SettingsService],
    useFactory: (
      meter: CreditMeter,
      postgres: PostgresService,
      redis: RedisService,
      clock: SharedClock,
      settings: SettingsService,
    ) => new CreditLedger(meter, new CreditStore(postgres), redis, clock, settings),
  },
  CreditsService,
  {
    provide: READING_POLICY,
    inject: [SettingsService, CreditLedger, LiveTimersService],
    useFactory: (
      settings: SettingsService,
      ledger: CreditLedger,
      live: LiveTimersService,
    ): ReadingPolicy => ({
      monitoring: () => settings.current().monitoring,
      budget: () => ledger.budget,
      viewers: (timerId) => live.viewersOf(timerId),
      // the watcher knows better: pushes come to whoever leads
      isPushed: () => false,
      isPushBehind: () => false,
      creditsExhausted: (forMs) => ledger.exhausted(forMs),
    }),
  },
  { provide: READING_PACE, useValue: READING_PACE_DEFAULT },
  {
    provide: CHAIN_READING,
    inject: [CHAIN_TARGET, CreditMeter, READING_POLICY, HELIUS, READING_PACE],
    useFactory: (
      target: ChainTarget,
      meter: CreditMeter,
      policy: ReadingPolicy,
      helius: Helius | null,
      pace: ReadingPace,
    ): ChainReading => ({ target, meter, policy, helius, pace }),
  },
  {
    provide: ObservedStore,
    inject: [RedisService],
    useFactory: ({ commands, keyPrefix }: RedisService) => new ObservedStore(commands, keyPrefix),
  },
  {
    provide: LeaderService,
    inject: [ENV, RedisService],
    useFactory: ({ instanceId }: Env, { commands, keyPrefix }: RedisService) =>
      new LeaderService(new LeaseStore(commands, keyPrefix), instanceId, LEASE_TIMES),
  },
  {
    provide: WATCHER,
    inject: [ENV, CHAIN_READING, RedisService, SharedClock, TimerService],
    useFactory: (
      env: Env,
      reading: ChainReading,
      redis: RedisService,
      clock: SharedClock,
      timers: TimerService,
    ) => (env.roles.includes('watcher') ? watcherOf({ env, ...reading, redis, clock, timers }) : null),
  },
  {
    provide: SolanaService,
    inject: [CHAIN_TARGET, LeaderService, ObservedStore, CreditMeter, SharedClock],
    useFactory: (
      target: ChainTarget,
      leader: LeaderService,
      observed: ObservedStore,
      meter: CreditMeter,
      clock: SharedClock,
    ) => new SolanaService(target, leader, observed, meter, () => clock.now()),
  },
  {
    provide: InspectionService,
    inject: [CHAIN_TARGET, CreditMeter],
    useFactory: (target: ChainTarget, meter: CreditMeter) =>
      new InspectionService(target.kind === 'off' ? null : chainSourceOf(target, meter)),
  },
  ...webhookProviders,
  SolanaMetrics,
  WatcherLifecycle,
];

/** Reads the chain for all timers on one instance, and takes pushes on every instance. */
@Module({})
export class SolanaModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(WebhookDoor).forRoutes({ path: 'api/webhook/helius', method: RequestMethod.POST });
  }

  /**
   * @param target - which chain; the boot decides, since it may have to start the demo chain first
   * @param heliusBaseUrl - address of Helius' API for webhooks; null: its own
   */
  static forRoot(target: ChainTarget, heliusBaseUrl: string | null = null): DynamicModule {
    return {
      module: SolanaModule,
      imports: [TimerModule, LiveTimersModule, MetricsModule, SettingsModule],
      providers: [
        { provide: CHAIN_TARGET, useValue: target },
        { provide: HELIUS_BASE_URL, useValue: heliusBaseUrl },
        ...providers,
      ],
      exports: [SolanaService, CreditsService, InspectionService, WebhookAdminService],
    };
  }
}
