import { GraphQLError } from 'graphql';
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { formatGraphqlError } from '../errors';
import { bytesOf } from './frames';

// What follows the id in a message of ours, one character per byte: {"id":"…" + tail

/** Nothing more comes. */
export const completeTail = ',"type":"complete"}';

/** One result. @param requestId - of the socket that it goes to; null where it goes to many */
export function nextTail(
  { data, errors, extensions }: ExecutionResult,
  requestId: string | null = null,
): string {
  const payload =
    errors === undefined ? { data, extensions } : { data, errors: formatted(errors, requestId), extensions };
  return bytesOf(`,"type":"next","payload":${JSON.stringify(payload)}}`);
}

/** The operation did not begin, or broke off; nothing more comes. */
export function errorTail(errors: readonly GraphQLError[], requestId: string | null = null): string {
  return bytesOf(`,"type":"error","payload":${JSON.stringify(formatted(errors, requestId))}}`);
}

/** Whatever was thrown, in the form in which errors are told. */
export function asGraphqlError(err: unknown): GraphQLError {
  if (err instanceof GraphQLError) return err;
  const originalError = err instanceof Error ? err : new Error(String(err));
  return new GraphQLError(originalError.message, { originalError });
}

function formatted(errors: readonly GraphQLError[], requestId: string | null): GraphQLFormattedError[] {
  return errors.map((error) => formatGraphqlError(error, error.extensions['code'], requestId));
}
