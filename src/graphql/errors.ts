import { Logger } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { newRequestId } from '../platform/logging/request-id';
import type { PublicError } from '../platform/public-error';
import type { FieldProblem } from '../platform/public-error';
import { publicErrorOf } from '../platform/public-error.mapping';
import { literalPath } from './literal-path';

const log = new Logger('graphql');
const metBy = new WeakMap<object, string>();

/** Codes with which Apollo Server marks what is wrong with the request itself. */
const requestCodes: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);
const variablePath = /^Variable "\$([^"]+)" got invalid value .*? at "([^"]+)"; (.+)$/s;
const variableAlone = /^Variable "\$([^"]+)" (?:got invalid value .*?; )?(.+)$/s;

/**
 * The one form in which errors leave the API, over HTTP and over sockets: a message for people and
 * `extensions.code`. A surprise is logged with a request id, and only that id is told.
 *
 * @param code - what the transport has marked the error with; request errors of graphql-js carry none
 * @param requestId - of the request that met it, where the error was not met by one before
 */
export function formatGraphqlError(
  error: GraphQLError,
  code: unknown = error.extensions['code'],
  requestId: string | null = null,
): GraphQLFormattedError {
  const place = {
    ...(error.locations === undefined ? {} : { locations: error.locations }),
    ...(error.path === undefined ? {} : { path: error.path }),
  };
  const known = error.originalError === undefined ? null : publicErrorOf(error.originalError);
  if (known !== null) return { message: known.message, ...place, extensions: extensionsOf(known) };
  if (isRequestError(error, code)) {
    const fields = fieldsOf(error);
    return { message: error.message, ...place, extensions: { code: 'BAD_USER_INPUT', fields } };
  }
  const id = metBy.get(error) ?? requestId ?? newRequestId();
  log.error({
    message: 'graphql operation failed',
    requestId: id,
    path: error.path?.join('.'),
    err: error.originalError ?? error,
  });
  return { message: 'internal error', ...place, extensions: { code: 'INTERNAL', requestId: id } };
}

/** Remembers which request met an error, for whoever formats it without knowing the request. */
export function rememberRequest(error: object, requestId: string): void {
  metBy.set(error, requestId);
}

/** The same for anything that was thrown. */
export function formatThrown(err: unknown): GraphQLFormattedError {
  if (err instanceof GraphQLError) return formatGraphqlError(err);
  const originalError = err instanceof Error ? err : new Error(String(err));
  return formatGraphqlError(new GraphQLError(originalError.message, { originalError }));
}

function extensionsOf({ code, details }: PublicError): Record<string, unknown> {
  const fields = details.fields ?? (code === 'BAD_USER_INPUT' ? [] : undefined);
  return {
    code,
    ...(fields === undefined ? {} : { fields }),
    ...(details.retryAfterMs === undefined ? {} : { retryAfterMs: details.retryAfterMs }),
  };
}

/** Errors of parsing, validating and coercing have no path, those of an argument one; any other has met a resolver. */
function isRequestError({ originalError, path, message }: GraphQLError, code: unknown): boolean {
  if (requestCodes.has(code)) return true;
  if (originalError !== undefined && !(originalError instanceof GraphQLError)) return false;
  return path === undefined || message.startsWith('Argument ');
}

function fieldsOf(error: GraphQLError): FieldProblem[] {
  const { message } = error;
  const nested = variablePath.exec(message);
  if (nested !== null) return [{ path: nested[2] ?? '', message: nested[3] ?? '' }];
  const alone = variableAlone.exec(message);
  if (alone !== null) return [{ path: alone[1] ?? '', message: alone[2] ?? '' }];
  const path = literalPath(error);
  return path === null ? [] : [{ path, message }];
}
