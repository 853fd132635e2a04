/** The operation of a `subscribe` message. */
export interface OperationPayload {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>> | null;
}

/** What a client may say (graphql-transport-ws). */
export type ClientMessage =
  | { readonly type: 'connection_init'; readonly payload: Readonly<Record<string, unknown>> | undefined }
  | { readonly type: 'ping'; readonly payload: Readonly<Record<string, unknown>> | undefined }
  | { readonly type: 'pong' }
  | { readonly type: 'subscribe'; readonly id: string; readonly payload: OperationPayload }
  | { readonly type: 'complete'; readonly id: string };

/** The text is no message of a client; `message` says why, for the reason of the close. */
export class MessageProblem extends Error {}

const MAX_ID_CHARACTERS = 256;

/** Reads one message. @throws MessageProblem */
export function readMessage(text: string): ClientMessage {
  const message = objectOf(parsed(text), 'message');
  const { type } = message;
  switch (type) {
    case 'connection_init':
    case 'ping':
      return { type, payload: optionalObject(message['payload'], `${type} payload`) };
    case 'pong':
      optionalObject(message['payload'], 'pong payload');
      return { type };
    case 'subscribe':
      return { type, id: idOf(message), payload: operationOf(message) };
    case 'complete':
      return { type, id: idOf(message) };
    case 'connection_ack':
    case 'next':
    case 'error':
      throw new MessageProblem(`Unexpected message of type ${type} received`);
    default:
      throw new MessageProblem('Invalid message type');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MessageProblem('Invalid JSON');
  }
}

function operationOf(message: Readonly<Record<string, unknown>>): OperationPayload {
  const payload = objectOf(message['payload'], 'subscribe payload');
  const { query, operationName } = payload;
  if (typeof query !== 'string')
    throw new MessageProblem('Invalid subscribe payload: query must be a string');
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string')
    throw new MessageProblem('Invalid subscribe payload: operationName must be a string');
  optionalObject(payload['extensions'], 'subscribe extensions');
  const variables = optionalObject(payload['variables'], 'subscribe variables');
  return { query, operationName: operationName ?? null, variables: variables ?? null };
}

function idOf({ id }: Readonly<Record<string, unknown>>): string {
  if (typeof id === 'string' && id !== '' && id.length <= MAX_ID_CHARACTERS) return id;
  throw new MessageProblem(`Invalid id: must be text of 1 to ${MAX_ID_CHARACTERS} characters`);
}

function optionalObject(value: unknown, what: string): Readonly<Record<string, unknown>> | undefined {
  return value === undefined || value === null ? undefined : objectOf(value, what);
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new MessageProblem(`Invalid ${what}: must be an object`);
}
