// Made from the .graphql files beside it by npm run operations:write; do not edit.
import type { Operation } from '../../../client/src/operation';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ConfirmClockMutationVariables = Exact<{
  reason?: string | null | undefined;
}>;

export type ConfirmClockMutation = {
  readonly confirmClock: { readonly clock: { readonly suspect: boolean } };
};

/** mutation ConfirmClock */
export const ConfirmClockDocument: Operation<ConfirmClockMutation, ConfirmClockMutationVariables> =
  'mutation ConfirmClock($reason:String){confirmClock(reason:$reason){clock{suspect}}}';
