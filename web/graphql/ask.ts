import type { Operation } from '../../client/src/operation';
import { lostConnection, ProblemError, problemOf } from '../../client/src/problem';
import { readAnswer, readFieldProblems } from './read-answer';
import type { GraphqlAnswer } from './read-answer';
import { Refusal } from './refusal';

/**
 * Sends a query or mutation of the public API to the service that the page is from.
 *
 * @param headers - beside the content type, such as a CSRF token
 * @throws ProblemError with the code of the API, or CONNECTION where no answer came
 */
export async function ask<Result, Variables>(
  document: Operation<Result, Variables>,
  variables: Variables,
  headers: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const { data, errors } = await send<Result>(JSON.stringify({ query: document, variables }), headers);
  if (errors !== undefined) throw new Refusal(problemOf(errors), readFieldProblems(errors));
  if (data === undefined || data === null) throw new ProblemError(lostConnection('the answer was empty'));
  return data;
}

async function send<Result>(
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<GraphqlAnswer<Result>> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body,
    });
    return readAnswer<Result>(await response.text());
  } catch {
    throw new ProblemError(lostConnection('the service did not answer'));
  }
}
