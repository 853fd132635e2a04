// Made from the .graphql files beside it by npm run operations:write; do not edit.
import type { Operation } from '../../../client/src/operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A new receiver. */
export type CreateOutgoingWebhookInput = {
  /** What to tell. */
  readonly events: ReadonlyArray<WebhookEvent>;
  /** What to call it. */
  readonly name: string;
  /** Only of this timer; null: of all. */
  readonly timerId?: string | null | undefined;
  /** https address on the public internet, without user and password. */
  readonly url: string;
};

/** What became of a delivery. */
export type DeliveryStatus =
  /** The receiver answered with a status of 200 to 299. */
  | 'DELIVERED'
  /** Given up after the last try; replayDelivery sends it again. */
  | 'FAILED'
  /** Not taken yet; it is tried again. */
  | 'PENDING';

/** Changes of a receiver; what is absent or null stays. */
export type UpdateOutgoingWebhookInput = {
  /** Whether it is to be told anything. */
  readonly active?: boolean | null | undefined;
  /** What to tell. */
  readonly events?: ReadonlyArray<WebhookEvent> | null | undefined;
  /** Which one. */
  readonly id: string;
  /** What to call it. */
  readonly name?: string | null | undefined;
  /** Makes a new secret; for a day bodies are signed with the former one too. */
  readonly newSecret?: boolean | null | undefined;
  /** https address on the public internet. */
  readonly url?: string | null | undefined;
};

/** What integrators can be told of; `type` in the body is the name in lower case with a dot. */
export type WebhookEvent =
  /** round.ended: a round ended, with or without a winner. */
  | 'ROUND_ENDED'
  /** timer.reset: a trade or an admin moved the deadline. */
  | 'TIMER_RESET'
  /** trade.detected: a trade was found, counting or not. */
  | 'TRADE_DETECTED';

export type HeliusWebhooksQueryVariables = Exact<{ [key: string]: never }>;

export type HeliusWebhooksQuery = {
  readonly heliusWebhooks: ReadonlyArray<{
    readonly id: string;
    readonly ours: boolean;
    readonly active: boolean;
    readonly type: string;
    readonly url: string;
    readonly transactionTypes: ReadonlyArray<string>;
    readonly addresses: ReadonlyArray<string>;
  }>;
};

export type WatchedAddressesQueryVariables = Exact<{ [key: string]: never }>;

export type WatchedAddressesQuery = {
  readonly timers: ReadonlyArray<{ readonly id: string; readonly watchedAddresses: ReadonlyArray<string> }>;
};

export type RegisterHeliusWebhookMutationVariables = Exact<{ [key: string]: never }>;

export type RegisterHeliusWebhookMutation = {
  readonly registerHeliusWebhook: { readonly webhook: { readonly id: string } };
};

export type UpdateHeliusWebhookMutationVariables = Exact<{
  id: string;
  active: boolean;
}>;

export type UpdateHeliusWebhookMutation = {
  readonly updateHeliusWebhook: { readonly webhook: { readonly id: string } };
};

export type DeleteHeliusWebhookMutationVariables = Exact<{
  id: string;
}>;

export type DeleteHeliusWebhookMutation = {
  readonly deleteHeliusWebhook: { readonly webhook: { readonly id: string } };
};

export type TestHeliusWebhookMutationVariables = Exact<{ [key: string]: never }>;

export type TestHeliusWebhookMutation = {
  readonly testHeliusWebhook: {
    readonly test: {
      readonly ok: boolean;
      readonly message: string;
      readonly status: number | null;
      readonly durationMs: number;
    };
  };
};

export type OutgoingWebhooksQueryVariables = Exact<{ [key: string]: never }>;

export type OutgoingWebhooksQuery = {
  readonly outgoingWebhooks: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
    readonly url: string;
    readonly events: ReadonlyArray<WebhookEvent>;
    readonly timerId: string | null;
    readonly active: boolean;
    readonly createdAt: number;
    readonly formerSecretUntil: number | null;
  }>;
  readonly webhookDeliveries: {
    readonly nodes: ReadonlyArray<{
      readonly id: string;
      readonly webhookId: string;
      readonly event: WebhookEvent;
      readonly eventId: string;
      readonly status: DeliveryStatus;
      readonly attempts: number;
      readonly lastStatus: number | null;
      readonly lastFailure: string | null;
      readonly createdAt: number;
      readonly deliveredAt: number | null;
    }>;
  };
};

export type CreateOutgoingWebhookMutationVariables = Exact<{
  input: CreateOutgoingWebhookInput;
}>;

export type CreateOutgoingWebhookMutation = {
  readonly createOutgoingWebhook: { readonly secret: string; readonly webhook: { readonly id: string } };
};

export type UpdateOutgoingWebhookMutationVariables = Exact<{
  input: UpdateOutgoingWebhookInput;
}>;

export type UpdateOutgoingWebhookMutation = {
  readonly updateOutgoingWebhook: {
    readonly secret: string | null;
    readonly webhook: { readonly id: string };
  };
};

export type DeleteOutgoingWebhookMutationVariables = Exact<{
  id: string;
}>;

export type DeleteOutgoingWebhookMutation = {
  readonly deleteOutgoingWebhook: { readonly webhook: { readonly id: string } };
};

export type ReplayDeliveryMutationVariables = Exact<{
  id: string;
}>;

export type ReplayDeliveryMutation = {
  readonly replayDelivery: { readonly delivery: { readonly id: string } };
};

/** query HeliusWebhooks */
export const HeliusWebhooksDocument: Operation<HeliusWebhooksQuery, HeliusWebhooksQueryVariables> =
  'query HeliusWebhooks{heliusWebhooks{id ours active type url transactionTypes addresses}}';

/** query WatchedAddresses */
export const WatchedAddressesDocument: Operation<WatchedAddressesQuery, WatchedAddressesQueryVariables> =
  'query WatchedAddresses{timers{id watchedAddresses}}';

/** mutation RegisterHeliusWebhook */
export const RegisterHeliusWebhookDocument: Operation<
  RegisterHeliusWebhookMutation,
  RegisterHeliusWebhookMutationVariables
> = 'mutation RegisterHeliusWebhook{registerHeliusWebhook{webhook{id}}}';

/** mutation UpdateHeliusWebhook */
export const UpdateHeliusWebhookDocument: Operation<
  UpdateHeliusWebhookMutation,
  UpdateHeliusWebhookMutationVariables
> =
  'mutation UpdateHeliusWebhook($id:ID!$active:Boolean!){updateHeliusWebhook(id:$id active:$active){webhook{id}}}';

/** mutation DeleteHeliusWebhook */
export const DeleteHeliusWebhookDocument: Operation<
  DeleteHeliusWebhookMutation,
  DeleteHeliusWebhookMutationVariables
> = 'mutation DeleteHeliusWebhook($id:ID!){deleteHeliusWebhook(id:$id){webhook{id}}}';

/** mutation TestHeliusWebhook */
export const TestHeliusWebhookDocument: Operation<
  TestHeliusWebhookMutation,
  TestHeliusWebhookMutationVariables
> = 'mutation TestHeliusWebhook{testHeliusWebhook{test{ok message status durationMs}}}';

/** query OutgoingWebhooks */
export const OutgoingWebhooksDocument: Operation<OutgoingWebhooksQuery, OutgoingWebhooksQueryVariables> =
  'query OutgoingWebhooks{outgoingWebhooks{id name url events timerId active createdAt formerSecretUntil}webhookDeliveries(first:20){nodes{id webhookId event eventId status attempts lastStatus lastFailure createdAt deliveredAt}}}';

/** mutation CreateOutgoingWebhook */
export const CreateOutgoingWebhookDocument: Operation<
  CreateOutgoingWebhookMutation,
  CreateOutgoingWebhookMutationVariables
> =
  'mutation CreateOutgoingWebhook($input:CreateOutgoingWebhookInput!){createOutgoingWebhook(input:$input){secret webhook{id}}}';

/** mutation UpdateOutgoingWebhook */
export const UpdateOutgoingWebhookDocument: Operation<
  UpdateOutgoingWebhookMutation,
  UpdateOutgoingWebhookMutationVariables
> =
  'mutation UpdateOutgoingWebhook($input:UpdateOutgoingWebhookInput!){updateOutgoingWebhook(input:$input){secret webhook{id}}}';

/** mutation DeleteOutgoingWebhook */
export const DeleteOutgoingWebhookDocument: Operation<
  DeleteOutgoingWebhookMutation,
  DeleteOutgoingWebhookMutationVariables
> = 'mutation DeleteOutgoingWebhook($id:ID!){deleteOutgoingWebhook(id:$id){webhook{id}}}';

/** mutation ReplayDelivery */
export const ReplayDeliveryDocument: Operation<ReplayDeliveryMutation, ReplayDeliveryMutationVariables> =
  'mutation ReplayDelivery($id:ID!){replayDelivery(id:$id){delivery{id}}}';
