import type { IncomingMessage, ServerResponse } from 'node:http';

/** Largest body of a GraphQL request, bytes. */
export const GRAPHQL_BODY_LIMIT = 100 * 1024;
/** A body that is larger than this is not even read to its end. */
const MAX_DRAINED_BYTES = 16 * 1024 * 1024;

/**
 * Answers a request that says beforehand that its body is too large, without waiting for the body; the body is thrown
 * away as it comes. One that says nothing is refused by the parser as soon as it is too large.
 */
export function refuseLargeBodies(
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
): void {
  const length = Number(request.headers['content-length'] ?? 0);
  if (!isGraphql(request) || length <= GRAPHQL_BODY_LIMIT) {
    next();
    return;
  }
  const message = `the body is larger than ${GRAPHQL_BODY_LIMIT} bytes`;
  const extensions = { code: 'BAD_USER_INPUT', fields: [] };
  // whoever is cut off in the middle of a body does not see the answer
  if (length > MAX_DRAINED_BYTES) response.setHeader('connection', 'close');
  response.writeHead(413, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ errors: [{ message, extensions }] }));
  request.resume();
}

/** Whether a request is one whose body is parsed. */
export function isGraphqlJson(request: IncomingMessage): boolean {
  const isJson = /^application\/(graphql-response\+)?json\b/.test(request.headers['content-type'] ?? '');
  return isJson && isGraphql(request);
}

function isGraphql({ url }: IncomingMessage): boolean {
  return (url ?? '').split('?')[0] === '/graphql';
}
