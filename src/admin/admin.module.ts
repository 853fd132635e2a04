import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AlertsModule } from '../alerts/alerts.module';
import { HistoryModule } from '../history/history.module';
import { MetricsModule } from '../metrics/metrics.module';
import { SettingsModule } from '../settings/settings.module';
import { LiveTimersModule } from '../timer/live-timers.module';
import { KeyDesk } from './access/key.desk';
import { KeyStore } from './access/key.store';
import { Revocations } from './access/revocations';
import { SecretDesk } from './access/secret.desk';
import { SessionDesk } from './access/session.desk';
import { SessionStore } from './access/session.store';
import { TicketStore } from './access/ticket.store';
import { ApiKeysService } from './api-keys.service';
import { AuditStore } from './audit/audit.store';
import { AuditService } from './audit.service';
import { AuthService } from './auth.service';
import { ClockService } from './clock.service';
import { InstancesService } from './instances.service';
import { SessionsService } from './sessions.service';
import { DeploymentView } from './status/deployment.view';
import { ServerProbes } from './status/server-probes';
import { SystemStatusService } from './system-status.service';

const services = [
  AuthService,
  SessionsService,
  ApiKeysService,
  AuditService,
  ClockService,
  InstancesService,
  SystemStatusService,
];

/** Who may administer, what they did, and what they are shown. */
@Module({})
export class AdminModule {
  /** @param solana - the application's own solana module, since there is one chain */
  static forRoot(solana: DynamicModule): DynamicModule {
    return {
      module: AdminModule,
      imports: [AlertsModule, HistoryModule, LiveTimersModule, MetricsModule, SettingsModule, solana],
      providers: [
        Revocations,
        SecretDesk,
        KeyStore,
        KeyDesk,
        SessionStore,
        SessionDesk,
        TicketStore,
        AuditStore,
        ServerProbes,
        DeploymentView,
        ...services,
      ],
      exports: services,
    };
  }
}
