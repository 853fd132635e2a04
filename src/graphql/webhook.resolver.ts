import { Args, ID, Mutation, Query } from '@nestjs/graphql';
import { WebhookAdminService } from '../solana/webhook-admin.service';
import type { ListedWebhook } from '../solana/webhook-admin.service';
import { Access, AdminResolverClass } from './admin.guard';
import { ActsOn } from './audit.interceptor';
import {
  DeleteHeliusWebhookPayload,
  HeliusWebhook,
  RegisterHeliusWebhookPayload,
  TestHeliusWebhookPayload,
  UpdateHeliusWebhookPayload,
} from './types/webhook.type';

const id = { type: () => ID, description: "Helius' id of the webhook." };
const active = { type: () => Boolean, description: 'Whether it is to deliver.' };

/** What administrators do with Helius webhooks. */
@AdminResolverClass()
export class WebhookResolver {
  constructor(private readonly webhooks: WebhookAdminService) {}

  @Access('operate')
  @Query(() => [HeliusWebhook], {
    description: 'All webhooks of the Helius project, ours first. Costs 100 credits. Scope OPERATE.',
  })
  async heliusWebhooks(): Promise<readonly HeliusWebhook[]> {
    return (await this.webhooks.all()).map(pictureOf);
  }

  @Access('admin')
  @ActsOn('heliusWebhook')
  @Mutation(() => RegisterHeliusWebhookPayload, {
    description:
      'Makes our webhook as it should be: there once, for all watched addresses, active. Costs 200 to 400 credits. Scope ADMIN.',
  })
  async registerHeliusWebhook(): Promise<RegisterHeliusWebhookPayload> {
    return { webhook: pictureOf(await this.webhooks.register()) };
  }

  @Access('admin')
  @ActsOn('heliusWebhook', 'id')
  @Mutation(() => UpdateHeliusWebhookPayload, {
    description:
      'Switches a webhook on or off; CONFLICT for ours to be off while webhook mode is on. Costs 200 credits. Scope ADMIN.',
  })
  async updateHeliusWebhook(
    @Args('id', id) webhookId: string,
    @Args('active', active) isActive: boolean,
  ): Promise<UpdateHeliusWebhookPayload> {
    return { webhook: pictureOf(await this.webhooks.update(webhookId, isActive)) };
  }

  @Access('admin')
  @ActsOn('heliusWebhook', 'id')
  @Mutation(() => DeleteHeliusWebhookPayload, {
    description:
      'Removes a webhook; CONFLICT for ours while webhook mode is on. Costs 200 credits. Scope ADMIN.',
  })
  async deleteHeliusWebhook(@Args('id', id) webhookId: string): Promise<DeleteHeliusWebhookPayload> {
    return { webhook: pictureOf(await this.webhooks.delete(webhookId)) };
  }

  @Access('operate')
  @ActsOn('heliusWebhook')
  @Mutation(() => TestHeliusWebhookPayload, {
    description:
      'Sends an empty body to our public address, as Helius would. Costs no credits. Scope OPERATE.',
  })
  async testHeliusWebhook(): Promise<TestHeliusWebhookPayload> {
    const { isOk, status, durationMs, message } = await this.webhooks.test();
    return { test: { ok: isOk, status, durationMs, message } };
  }
}

function pictureOf({
  id: webhookId,
  url,
  type,
  transactionTypes,
  addresses,
  ...webhook
}: ListedWebhook): HeliusWebhook {
  const { isActive, isOurs } = webhook;
  return {
    id: webhookId,
    url: shown(url),
    type,
    transactionTypes,
    addresses,
    active: isActive,
    ours: isOurs,
  };
}

/** Credentials and queries of other people's addresses are theirs. */
function shown(text: string): string {
  if (!URL.canParse(text)) return 'not a URL';
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`;
}
