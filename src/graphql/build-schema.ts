import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { AccessResolver, SignInResolver } from './access.resolver';
import { AdminResolver } from './admin.resolver';
import { AlertsResolver } from './alerts.resolver';
import { AuditResolver } from './audit.resolver';
import { HistoryResolver } from './history.resolver';
import { InspectionResolver } from './inspection.resolver';
import { KeysResolver } from './keys.resolver';
import { OutgoingWebhooksResolver } from './outgoing-webhooks.resolver';
import { SettingsResolver } from './settings.resolver';
import { StatusResolver } from './status.resolver';
import { TimerResolver } from './timer.resolver';
import { CreditsResolver } from './credits.resolver';
import { WatchingResolver } from './watching.resolver';
import { WebhookResolver } from './webhook.resolver';

/** Builds the schema from the resolvers, without any server. */
export async function buildSchema(): Promise<GraphQLSchema> {
  Logger.overrideLogger(false);
  const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule);
  try {
    const schema = await app
      .get(GraphQLSchemaFactory)
      .create([
        TimerResolver,
        HistoryResolver,
        InspectionResolver,
        AdminResolver,
        SettingsResolver,
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
      ]);
    return lexicographicSortSchema(schema);
  } finally {
    await app.close();
  }
}

/** The schema as it is committed. */
export async function schemaText(): Promise<string> {
  return `# Made from the code by npm run schema:write; do not edit.\n\n${printSchema(await buildSchema())}\n`;
}
