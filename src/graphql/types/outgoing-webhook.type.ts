import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsOptional, Length } from 'class-validator';
import type {
  DeliveryStatus as Status,
  OutgoingWebhook as FoundWebhook,
  WebhookDelivery as FoundDelivery,
  WebhookEventType as EventType,
} from '../../webhooks/webhooks.service';
import { EpochMs } from '../scalars';
import { PageInfo } from './connection.type';

/** GraphQL's `WebhookEvent`; GraphQL names have no dots. */
export const WebhookEvent = {
  TIMER_RESET: 'timer.reset',
  ROUND_ENDED: 'round.ended',
  TRADE_DETECTED: 'trade.detected',
} as const satisfies Record<string, EventType>;
registerEnumType(WebhookEvent, {
  name: 'WebhookEvent',
  description: 'What integrators can be told of; `type` in the body is the name in lower case with a dot.',
  valuesMap: {
    TIMER_RESET: { description: 'timer.reset: a trade or an admin moved the deadline.' },
    ROUND_ENDED: { description: 'round.ended: a round ended, with or without a winner.' },
    TRADE_DETECTED: { description: 'trade.detected: a trade was found, counting or not.' },
  },
});

/** GraphQL's `DeliveryStatus`. */
export const DeliveryStatus: { readonly [Name in Status]: Name } = {
  PENDING: 'PENDING',
  DELIVERED: 'DELIVERED',
  FAILED: 'FAILED',
};
registerEnumType(DeliveryStatus, {
  name: 'DeliveryStatus',
  description: 'What became of a delivery.',
  valuesMap: {
    PENDING: { description: 'Not taken yet; it is tried again.' },
    DELIVERED: { description: 'The receiver answered with a status of 200 to 299.' },
    FAILED: { description: 'Given up after the last try; replayDelivery sends it again.' },
  },
});

/** GraphQL's `OutgoingWebhook`. */
@ObjectType({ description: 'A receiver of events; see docs/webhooks.md.' })
export class OutgoingWebhook {
  @Field(() => ID, { description: 'Its id.' })
  readonly id: string;

  @Field(() => String, { description: 'What an admin called it.' })
  readonly name: string;

  @Field(() => String, { description: 'Where it delivers, without query and long parts of the path.' })
  readonly url: string;

  @Field(() => [WebhookEvent], { description: 'What is told.' })
  readonly events: readonly EventType[];

  @Field(() => ID, { nullable: true, description: 'Only of this timer; null: of all.' })
  readonly timerId: string | null;

  @Field(() => Boolean, { description: 'Whether it is told anything.' })
  readonly active: boolean;

  @Field(() => EpochMs, { description: 'When it was made; nothing before is told.' })
  readonly createdAt: number;

  @Field(() => EpochMs, {
    nullable: true,
    description: 'Until when bodies are signed with the former secret too; null: they are not.',
  })
  readonly formerSecretUntil: number | null;
}

/** GraphQL's `WebhookDelivery`. */
@ObjectType({ description: 'One event for one receiver; kept for thirty days.' })
export class WebhookDelivery {
  @Field(() => ID, { description: 'Its id.' })
  readonly id: string;

  @Field(() => ID, { description: 'The receiver.' })
  readonly webhookId: string;

  @Field(() => String, { description: 'Identity of the event: the same each time it is sent.' })
  readonly eventId: string;

  @Field(() => WebhookEvent, { description: 'What is told.' })
  readonly event: EventType;

  @Field(() => DeliveryStatus, { description: 'What became of it.' })
  readonly status: Status;

  @Field(() => Int, { description: 'Tries so far.' })
  readonly attempts: number;

  @Field(() => Int, {
    nullable: true,
    description: 'HTTP status of the last try; null: no answer, or no try.',
  })
  readonly lastStatus: number | null;

  @Field(() => String, { nullable: true, description: 'Why there was no answer; null: there was one.' })
  readonly lastFailure: string | null;

  @Field(() => EpochMs, { description: 'When it was kept.' })
  readonly createdAt: number;

  @Field(() => EpochMs, { nullable: true, description: 'When it was taken; null: not yet.' })
  readonly deliveredAt: number | null;
}

/** One row of a delivery list. */
@ObjectType({ description: 'A delivery with its place in the list.' })
export class WebhookDeliveryEdge {
  @Field(() => String, { description: 'Opaque; stays valid while rows are added.' })
  readonly cursor: string;

  @Field(() => WebhookDelivery, { description: 'The delivery.' })
  readonly node: WebhookDelivery;
}

/** A page of deliveries. */
@ObjectType({ description: 'A page of deliveries, newest first.' })
export class WebhookDeliveryConnection {
  @Field(() => [WebhookDeliveryEdge], { description: 'Rows with their cursors.' })
  readonly edges: WebhookDeliveryEdge[];

  @Field(() => [WebhookDelivery], { description: 'The same rows without cursors.' })
  readonly nodes: WebhookDelivery[];

  @Field(() => PageInfo, { description: 'Where the page lies.' })
  readonly pageInfo: PageInfo;
}

/** GraphQL's `CreateOutgoingWebhookInput`. */
@InputType({ description: 'A new receiver.' })
export class CreateOutgoingWebhookInput {
  @Length(1, 100, { message: 'must have 1 to 100 characters' })
  @Field(() => String, { description: 'What to call it.' })
  readonly name: string;

  @Field(() => String, { description: 'https address on the public internet, without user and password.' })
  readonly url: string;

  @ArrayMinSize(1, { message: 'must name at least one event' })
  @ArrayMaxSize(3, { message: 'must name each event once' })
  @ArrayUnique({ message: 'must name each event once' })
  @Field(() => [WebhookEvent], { description: 'What to tell.' })
  readonly events: EventType[];

  @IsOptional()
  @Length(1, 63, { message: 'must be the id of a timer' })
  @Field(() => ID, { nullable: true, description: 'Only of this timer; null: of all.' })
  readonly timerId?: string | null;
}

/** GraphQL's `UpdateOutgoingWebhookInput`. */
@InputType({ description: 'Changes of a receiver; what is absent or null stays.' })
export class UpdateOutgoingWebhookInput {
  @Field(() => ID, { description: 'Which one.' })
  readonly id: string;

  @IsOptional()
  @Length(1, 100, { message: 'must have 1 to 100 characters' })
  @Field(() => String, { nullable: true, description: 'What to call it.' })
  readonly name?: string | null;

  @Field(() => String, { nullable: true, description: 'https address on the public internet.' })
  readonly url?: string | null;

  @IsOptional()
  @ArrayMinSize(1, { message: 'must name at least one event' })
  @ArrayUnique({ message: 'must name each event once' })
  @Field(() => [WebhookEvent], { nullable: true, description: 'What to tell.' })
  readonly events?: EventType[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is to be told anything.' })
  readonly active?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Makes a new secret; for a day bodies are signed with the former one too.',
  })
  readonly newSecret?: boolean | null;
}

/** What `createOutgoingWebhook` answers. */
@ObjectType({ description: 'Answer of createOutgoingWebhook.' })
export class CreateOutgoingWebhookPayload {
  @Field(() => OutgoingWebhook, { description: 'The new receiver.' })
  readonly webhook: OutgoingWebhook;

  @Field(() => String, { description: 'Secret that its bodies are signed with; shown only here.' })
  readonly secret: string;
}

/** What `updateOutgoingWebhook` answers. */
@ObjectType({ description: 'Answer of updateOutgoingWebhook.' })
export class UpdateOutgoingWebhookPayload {
  @Field(() => OutgoingWebhook, { description: 'The receiver after the change.' })
  readonly webhook: OutgoingWebhook;

  @Field(() => String, {
    nullable: true,
    description: 'The new secret, shown only here; null: there is none.',
  })
  readonly secret: string | null;
}

/** What `deleteOutgoingWebhook` answers. */
@ObjectType({ description: 'Answer of deleteOutgoingWebhook.' })
export class DeleteOutgoingWebhookPayload {
  @Field(() => OutgoingWebhook, { description: 'The receiver as it was.' })
  readonly webhook: OutgoingWebhook;
}

/** What `replayDelivery` answers. */
@ObjectType({ description: 'Answer of replayDelivery.' })
export class ReplayDeliveryPayload {
  @Field(() => WebhookDelivery, { description: 'The delivery, which waits again.' })
  readonly delivery: WebhookDelivery;
}

/** The public form of a receiver. */
export function outgoingPicture(webhook: FoundWebhook): OutgoingWebhook {
  const { id, name, shownUrl, events, timerId, isActive, createdAtMs, formerSecretUntilMs } = webhook;
  return {
    ...{ id, name, events, timerId },
    url: shownUrl,
    active: isActive,
    createdAt: createdAtMs,
    formerSecretUntil: formerSecretUntilMs,
  };
}

/** The public form of a delivery. */
export function deliveryPicture({ createdAtMs, deliveredAtMs, ...delivery }: FoundDelivery): WebhookDelivery {
  const { id, webhookId, eventId, event, status, attempts, lastStatus, lastFailure } = delivery;
  return {
    ...{ id, webhookId, eventId, event, status, attempts, lastStatus, lastFailure },
    createdAt: createdAtMs,
    deliveredAt: deliveredAtMs,
  };
}
