import { ADMIN_SECRET } from './api-rig';
import type { ApiRig, GraphqlAnswer } from './api-rig';

/** What a browser has after signing in. */
export interface SignedIn {
  readonly cookie: string;
  readonly csrfToken: string;
  readonly sessionId: string;
}

/** Sends an operation with headers of its own. */
export async function send(
  rig: ApiRig,
  query: string,
  headers: Readonly<Record<string, string>> = {},
  variables: unknown = {},
): Promise<GraphqlAnswer> {
  const response = await rig.get('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const body: Partial<GraphqlAnswer> = JSON.parse(await response.text());
  return {
    status: response.status,
    headers: response.headers,
    data: body.data ?? null,
    errors: body.errors ?? [],
  };
}

/** Code of the first error; `ok` where there is none. */
export function codeOf({ errors }: Pick<GraphqlAnswer, 'errors'>): unknown {
  return errors[0]?.extensions['code'] ?? 'ok';
}

/** The header of a bearer. */
export function bearer(text: string): Record<string, string> {
  return { authorization: `Bearer ${text}` };
}

/** Headers of a page that has signed in. */
export function pageOf({ cookie, csrfToken }: SignedIn): Record<string, string> {
  return { cookie, 'x-csrf-token': csrfToken };
}

/** Signs in as a browser does. @throws where it is refused */
export async function signIn(
  rig: ApiRig,
  secret = ADMIN_SECRET,
  headers: Readonly<Record<string, string>> = {},
): Promise<SignedIn> {
  const answer = await send(
    rig,
    'mutation ($secret: String!) { signIn(secret: $secret) { csrfToken session { id } } }',
    headers,
    { secret },
  );
  if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
  const { csrfToken, session }: { csrfToken: string; session: { id: string } } = JSON.parse(
    JSON.stringify(answer.data?.['signIn']),
  );
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return { cookie, csrfToken, sessionId: session.id };
}

/** Makes an API key. @returns its text and id */
export async function makeKey(
  rig: ApiRig,
  name: string,
  scopes: readonly string[],
  expiresAt: number | null = null,
): Promise<{ secret: string; id: string }> {
  const answer = await send(
    rig,
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret key { id } } }',
    bearer(ADMIN_SECRET),
    { input: { name, scopes, expiresAt } },
  );
  if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
  const { secret, key }: { secret: string; key: { id: string } } = JSON.parse(
    JSON.stringify(answer.data?.['createApiKey']),
  );
  return { secret, id: key.id };
}
