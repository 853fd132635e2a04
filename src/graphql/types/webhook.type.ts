import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { PublicKey } from '../scalars';

/** GraphQL's `HeliusWebhook`. */
@ObjectType({ description: 'A webhook of the Helius project whose key this deployment has.' })
export class HeliusWebhook {
  @Field(() => ID, { description: "Helius' own id." })
  readonly id: string;

  @Field(() => String, { description: 'Where it delivers, without credentials and query.' })
  readonly url: string;

  @Field(() => String, { description: 'What it delivers: raw, enhanced or another; ours is raw.' })
  readonly type: string;

  @Field(() => [String], { description: "Helius' names of the transactions it delivers; ANY: all." })
  readonly transactionTypes: readonly string[];

  @Field(() => [PublicKey], { description: 'Addresses whose transactions it delivers.' })
  readonly addresses: readonly string[];

  @Field(() => Boolean, { description: 'False where it was switched off, by somebody or by Helius itself.' })
  readonly active: boolean;

  @Field(() => Boolean, {
    description: 'Whether it delivers to HELIUS_WEBHOOK_URL, so that webhook mode keeps it.',
  })
  readonly ours: boolean;
}

/** What `registerHeliusWebhook` answers. */
@ObjectType({ description: 'Answer of registerHeliusWebhook.' })
export class RegisterHeliusWebhookPayload {
  @Field(() => HeliusWebhook, { description: 'Our webhook.' })
  readonly webhook: HeliusWebhook;
}

/** What `updateHeliusWebhook` answers. */
@ObjectType({ description: 'Answer of updateHeliusWebhook.' })
export class UpdateHeliusWebhookPayload {
  @Field(() => HeliusWebhook, { description: 'The webhook after the change.' })
  readonly webhook: HeliusWebhook;
}

/** What `deleteHeliusWebhook` answers. */
@ObjectType({ description: 'Answer of deleteHeliusWebhook.' })
export class DeleteHeliusWebhookPayload {
  @Field(() => HeliusWebhook, { description: 'The webhook as it was.' })
  readonly webhook: HeliusWebhook;
}

/** GraphQL's `HeliusWebhookTest`. */
@ObjectType({ description: 'How our own receiver answered at its public address.' })
export class HeliusWebhookTest {
  @Field(() => Boolean, { description: 'Whether it answered 200 within the second that Helius waits.' })
  readonly ok: boolean;

  @Field(() => Int, { nullable: true, description: 'HTTP status; null: no answer.' })
  readonly status: number | null;

  @Field(() => Int, { description: 'How long it took, ms.' })
  readonly durationMs: number;

  @Field(() => String, { description: 'What was found, for people.' })
  readonly message: string;
}

/** What `testHeliusWebhook` answers. */
@ObjectType({ description: 'Answer of testHeliusWebhook.' })
export class TestHeliusWebhookPayload {
  @Field(() => HeliusWebhookTest, { description: 'What was found.' })
  readonly test: HeliusWebhookTest;
}
