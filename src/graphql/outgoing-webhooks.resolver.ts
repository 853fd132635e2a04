import { Args, ID, Int, Mutation, Query } from '@nestjs/graphql';
import { badInput, PublicError } from '../platform/public-error';
import { connect, planPage } from '../history/domain/page';
import { WebhooksService } from '../webhooks/webhooks.service';
import type { DeliveryStatus as Status } from '../webhooks/webhooks.service';
import { Access, AdminResolverClass } from './admin.guard';
import { ActsOn } from './audit.interceptor';
import { isUuid } from './audit.subjects';
import { checkInput } from './input';
import { connectionOf } from './types/connection.type';
import type { PagePicture } from './types/connection.type';
import {
  CreateOutgoingWebhookInput,
  CreateOutgoingWebhookPayload,
  DeleteOutgoingWebhookPayload,
  deliveryPicture,
  DeliveryStatus,
  OutgoingWebhook,
  outgoingPicture,
  ReplayDeliveryPayload,
  UpdateOutgoingWebhookInput,
  UpdateOutgoingWebhookPayload,
  WebhookDelivery,
  WebhookDeliveryConnection,
} from './types/outgoing-webhook.type';

const CURSOR = /^\["delivery",(\d{1,18})\]$/;
const input = { description: 'What is asked for.' };
const webhook = { type: () => ID, description: 'Which receiver.' };
const delivery = { type: () => ID, description: 'Which delivery.' };
const ofWebhook = { type: () => ID, nullable: true, description: 'Only of this receiver.' };
const ofStatus = { type: () => DeliveryStatus, nullable: true, description: 'Only of this status.' };
const first = { type: () => Int, nullable: true, description: 'How many, 0 to 500; default 50.' };
const after = { type: () => String, nullable: true, description: 'Only what follows this cursor (older).' };

/** Who else is told what happens. */
@AdminResolverClass()
export class OutgoingWebhooksResolver {
  constructor(private readonly webhooks: WebhooksService) {}

  @Access('read')
  @Query(() => [OutgoingWebhook], { description: 'Receivers of events, the oldest first. Scope READ.' })
  async outgoingWebhooks(): Promise<OutgoingWebhook[]> {
    return (await this.webhooks.list()).map(outgoingPicture);
  }

  @Access('read')
  @Query(() => WebhookDeliveryConnection, {
    description: 'Deliveries of the last thirty days, newest first. Scope READ.',
  })
  async webhookDeliveries(
    @Args('webhookId', ofWebhook) webhookId: string | null | undefined,
    @Args('status', ofStatus) status: Status | null | undefined,
    @Args('first', first) size: number | null | undefined,
    @Args('after', after) cursor: string | null | undefined,
  ): Promise<PagePicture<WebhookDelivery>> {
    if (typeof webhookId === 'string' && !isUuid(webhookId))
      throw badInput([{ path: 'webhookId', message: 'must be an id' }]);
    const plan = planPage({ first: size, after: cursor });
    const below = decode(plan.after);
    const rows = await this.webhooks.log({
      webhookId: webhookId ?? null,
      status: status ?? null,
      below,
      limit: plan.size + 1,
    });
    const edges = rows.map((node) => ({ cursor: encode(node.id), node }));
    return connectionOf(connect(plan, edges), deliveryPicture);
  }

  @Access('admin')
  @Mutation(() => CreateOutgoingWebhookPayload, {
    description: 'Makes a receiver and shows its secret once. Scope ADMIN.',
  })
  async createOutgoingWebhook(
    @Args('input', input) raw: CreateOutgoingWebhookInput,
  ): Promise<CreateOutgoingWebhookPayload> {
    const checked = await checkInput(CreateOutgoingWebhookInput, raw, 'input');
    const { name, url, events, timerId } = checked;
    const made = await this.webhooks.create({ name, url, events, timerId: timerId ?? null });
    return { webhook: outgoingPicture(made.webhook), secret: made.secret ?? '' };
  }

  @Access('admin')
  @ActsOn('outgoingWebhook', 'input.id')
  @Mutation(() => UpdateOutgoingWebhookPayload, {
    description: 'Changes a receiver, or gives it a new secret. Scope ADMIN.',
  })
  async updateOutgoingWebhook(
    @Args('input', input) raw: UpdateOutgoingWebhookInput,
  ): Promise<UpdateOutgoingWebhookPayload> {
    const checked = await checkInput(UpdateOutgoingWebhookInput, raw, 'input');
    const changed = await this.webhooks.update(existing(checked.id), {
      name: checked.name ?? undefined,
      url: checked.url ?? undefined,
      events: checked.events ?? undefined,
      isActive: checked.active ?? undefined,
      isSecretNew: checked.newSecret ?? undefined,
    });
    return { webhook: outgoingPicture(changed.webhook), secret: changed.secret };
  }

  @Access('admin')
  @ActsOn('outgoingWebhook', 'id')
  @Mutation(() => DeleteOutgoingWebhookPayload, {
    description: 'Deletes a receiver; what waits for it is given up. Scope ADMIN.',
  })
  async deleteOutgoingWebhook(@Args('id', webhook) id: string): Promise<DeleteOutgoingWebhookPayload> {
    return { webhook: outgoingPicture(await this.webhooks.delete(existing(id))) };
  }

  @Access('operate')
  @Mutation(() => ReplayDeliveryPayload, {
    description: 'Sends a delivery again, whatever became of it. Scope OPERATE.',
  })
  async replayDelivery(@Args('id', delivery) id: string): Promise<ReplayDeliveryPayload> {
    if (!/^\d{1,18}$/.test(id)) throw new PublicError('NOT_FOUND', 'there is no such delivery');
    return { delivery: deliveryPicture(await this.webhooks.replay(id)) };
  }
}

function existing(id: string): string {
  if (isUuid(id)) return id;
  throw new PublicError('NOT_FOUND', 'there is no such webhook');
}

function encode(id: string): string {
  return Buffer.from(`["delivery",${id}]`).toString('base64url');
}

function decode(cursor: string | null): string | null {
  if (cursor === null) return null;
  const id = CURSOR.exec(Buffer.from(cursor.slice(0, 100), 'base64url').toString('utf8'))?.[1];
  if (id === undefined) throw badInput([{ path: 'after', message: 'is not a cursor of this list' }]);
  return id;
}
