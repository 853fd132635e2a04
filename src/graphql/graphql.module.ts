import { ApolloDriver } from '@nestjs/apollo';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { AdminModule } from '../admin/admin.module';
import { AuthService } from '../admin/auth.service';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { AlertsModule } from '../alerts/alerts.module';
import { HistoryModule } from '../history/history.module';
import { MetricsModule } from '../metrics/metrics.module';
import { SettingsModule } from '../settings/settings.module';
import { LiveTimersModule } from '../timer/live-timers.module';
import { TimerModule } from '../timer/timer.module';
import { WebhooksModule } from '../webhooks/webhooks.module';
import { AccessResolver, SignInResolver } from './access.resolver';
import { AdminResolver } from './admin.resolver';
import { AlertsResolver } from './alerts.resolver';
import { AuditResolver } from './audit.resolver';
import { AuditSubjects } from './audit.subjects';
import { httpContext } from './context';
import type { HttpExchange } from './context';
import { MAX_MISTAKES, MAX_TOKENS } from './document-limits';
import { formatGraphqlError, formatThrown } from './errors';
import { GateModule } from './gate.module';
import { admitExchange, gatePlugin } from './gate.plugin';
import { HistoryResolver } from './history.resolver';
import { InspectionResolver } from './inspection.resolver';
import { KeysResolver } from './keys.resolver';
import { OutgoingWebhooksResolver } from './outgoing-webhooks.resolver';
import { OperationDeadlineInterceptor } from './operation-deadline.interceptor';
import { OperationMeter } from './operation.meter';
import { OperationGate } from './operation-gate';
import { SettingsResolver } from './settings.resolver';
import { GRAPHQL_PATH, SocketDrain, SocketServer } from './socket.server';
import { StatusResolver } from './status.resolver';
import { TimerResolver } from './timer.resolver';
import { CreditsResolver } from './credits.resolver';
import { WatchingResolver } from './watching.resolver';
import { WebhookResolver } from './webhook.resolver';

/** How GraphQL is served over HTTP. */
export function apolloOptions(
  env: Pick<Env, 'nodeEnv' | 'allowedOrigins'>,
  auth: Pick<AuthService, 'identify'>,
  gate: OperationGate,
): ApolloDriverConfig {
  return {
    path: GRAPHQL_PATH,
    autoSchemaFile: true,
    sortSchema: true,
    introspection: true,
    graphiql: env.nodeEnv !== 'production',
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    autoTransformHttpErrors: false,
    hideSchemaDetailsFromClientErrors: env.nodeEnv === 'production',
    parseOptions: { maxLexicalTokens: MAX_TOKENS },
    validationOptions: { maxErrors: MAX_MISTAKES },
    plugins: [gatePlugin(gate)],
    context: (exchange: HttpExchange) =>
      admitExchange(gate, httpContext(exchange, auth, env.allowedOrigins), exchange),
    formatError: (formatted: GraphQLFormattedError, err: unknown): GraphQLFormattedError =>
      err instanceof GraphQLError
        ? formatGraphqlError(err, formatted.extensions?.['code'])
        : formatThrown(err),
  };
}

const providers = [
  { provide: APP_INTERCEPTOR, useClass: OperationDeadlineInterceptor },
  TimerResolver,
  HistoryResolver,
  InspectionResolver,
  AdminResolver,
  SettingsResolver,
  SocketServer,
  SocketDrain,
  WebhookResolver,
  WatchingResolver,
  CreditsResolver,
  SignInResolver,
  AccessResolver,
  KeysResolver,
  AuditResolver,
  StatusResolver,
  AlertsResolver,
  OutgoingWebhooksResolver,
  OperationMeter,
  AuditSubjects,
];

/** The GraphQL API, over HTTP and over sockets. */
@Module({})
export class GraphqlApiModule {
  /** @param solana - the application's own solana module, since there is one chain */
  static forRoot(solana: DynamicModule): DynamicModule {
    const admin = AdminModule.forRoot(solana);
    return {
      module: GraphqlApiModule,
      imports: [
        admin,
        GateModule,
        HistoryModule,
        LiveTimersModule,
        AlertsModule,
        WebhooksModule,
        MetricsModule,
        SettingsModule,
        TimerModule,
        GraphQLModule.forRootAsync<ApolloDriverConfig>({
          driver: ApolloDriver,
          imports: [admin, GateModule],
          inject: [ENV, AuthService, OperationGate],
          useFactory: apolloOptions,
        }),
        solana,
      ],
      providers,
    };
  }
}
