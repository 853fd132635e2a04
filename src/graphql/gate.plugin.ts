import type { ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { PublicCode } from '../platform/public-error';
import { PublicError } from '../platform/public-error';
import type { GraphqlContext, HttpExchange } from './context';
import { rememberRequest } from './errors';
import type { OperationGate } from './operation-gate';

/** A plugin as Nest's driver takes it. */
type ApolloPlugin = NonNullable<ApolloDriverConfig['plugins']>[number];

const statusOf: Partial<Record<PublicCode, number>> = {
  BAD_USER_INPUT: 400,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  SERVICE_UNAVAILABLE: 503,
};

/** Lets the gate see each operation over HTTP after it was validated and before it is executed. */
export function gatePlugin(gate: OperationGate): ApolloPlugin {
  return {
    requestDidStart: () => {
      let over = (): void => undefined;
      return Promise.resolve({
        didEncounterErrors: ({ contextValue, errors }) => {
          const context: unknown = contextValue;
          if (isContext(context)) for (const error of errors) rememberRequest(error, context.requestId);
          return Promise.resolve();
        },
        didResolveOperation: async ({ contextValue, schema, document, operation, request, source }) => {
          const context: unknown = contextValue;
          // a document without the operation that is asked for is refused by the execution
          if (operation === undefined || !isContext(context)) return;
          if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw socketsOnly();
          const variables = request.variables ?? {};
          const asked = { schema, document, operation, variables, text: source };
          over = await told(() => gate.admitOperation(context, asked, 1));
        },
        willSendResponse: () => {
          over();
          return Promise.resolve();
        },
      });
    },
  };
}

/** Lets the gate see a request over HTTP before its document is parsed. */
export async function admitExchange(
  gate: OperationGate,
  context: GraphqlContext,
  { req }: HttpExchange,
): Promise<GraphqlContext> {
  const asked = req.method === 'GET' ? req.query : req.body;
  // a hash in the place of a document can only be sent by POST: Apollo reads the body after this
  const listed = gate.listed(hashIn(req.body));
  if (listed !== null && isObject(req.body)) Object.assign(req.body, { query: listed, extensions: {} });
  await told(() => gate.admitRequest(context, isObject(asked) ? asked['query'] : null));
  return context;
}

/** Refusals of the gate with the HTTP status that belongs to them. */
async function told<Answer>(admit: () => Promise<Answer>): Promise<Answer> {
  try {
    return await admit();
  } catch (err) {
    if (err instanceof GraphQLError) throw withStatus(err.message, 400, err);
    if (!(err instanceof PublicError)) throw err;
    throw withStatus(err.message, statusOf[err.code] ?? 500, err);
  }
}

function withStatus(message: string, status: number, cause: Error): GraphQLError {
  const code = cause instanceof PublicError ? cause.code : 'BAD_USER_INPUT';
  return new GraphQLError(message, { originalError: cause, extensions: { code, http: { status } } });
}

/** Executed over HTTP a subscription would be a surprise in its resolver. */
function socketsOnly(): GraphQLError {
  const extensions = { code: 'BAD_USER_INPUT', http: { status: 400 } };
  return new GraphQLError('subscriptions are served over WebSocket only', { extensions });
}

function hashIn(asked: unknown): unknown {
  if (!isObject(asked) || asked['query'] !== undefined) return null;
  const { extensions } = asked;
  const persisted = isObject(extensions) ? extensions['persistedQuery'] : null;
  return isObject(persisted) ? persisted['sha256Hash'] : null;
}

function isContext(value: unknown): value is GraphqlContext {
  return isObject(value) && 'bill' in value && 'identify' in value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
