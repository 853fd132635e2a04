import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { readJson, textAt, valueAt } from './read-answer';

const ANSWER_WITHIN_MS = 5_000;

/** An answer over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  readonly type: string;
}

/** A running service, seen from outside. */
export class Deployment {
  /** @param url - where it is reached, without a path */
  constructor(readonly url: string) {}

  async get(path: string): Promise<HttpAnswer> {
    return await this.send(path, {});
  }

  async post(path: string, body: string): Promise<HttpAnswer> {
    return await this.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
  }

  /** The body of a GET as JSON. @throws where it is none */
  async json(path: string): Promise<{ status: number; body: unknown }> {
    const { status, text } = await this.get(path);
    const body = readJson(text);
    if (body === undefined) throw new Error(`${path} gave no JSON (status ${status})`);
    return { status, body };
  }

  /** Data and first error code of an operation; with a secret as administrator. */
  async graphql(query: string, bearer: string | null): Promise<{ data: unknown; code: string | null }> {
    const answer = await this.send('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify({ query }),
    });
    const body = readJson(answer.text);
    const code = textAt(body, 'errors', 0, 'extensions', 'code');
    if (valueAt(body, 'data') === undefined && code === '')
      throw new Error(`/graphql gave status ${answer.status}`);
    return { data: valueAt(body, 'data'), code: code === '' ? null : code };
  }

  /** The first result of a subscription over a socket. @throws when none comes in time */
  async firstOf(query: string): Promise<unknown> {
    const client = createClient({
      url: `${this.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    const results = client.iterate({ query });
    const late = setTimeout(() => void client.dispose(), ANSWER_WITHIN_MS);
    try {
      const first: unknown = await results.next();
      if (valueAt(first, 'done') === true) throw new Error('the socket was closed without an answer');
      return valueAt(first, 'value', 'data');
    } catch (err) {
      // a close event is no error
      throw err instanceof Error ? err : new Error(`the socket was closed (${textAt(err, 'code')})`);
    } finally {
      clearTimeout(late);
      await client.dispose();
    }
  }

  /** The first bytes of a stream of Server-Sent Events. @throws when none come in time */
  async firstEvent(path: string): Promise<string> {
    const controller = new AbortController();
    const late = setTimeout(() => controller.abort(), ANSWER_WITHIN_MS);
    try {
      const response = await fetch(`${this.url}${path}`, { signal: controller.signal });
      const reader = response.body?.getReader();
      const first = await reader?.read();
      return first?.value === undefined ? '' : Buffer.from(first.value).toString();
    } finally {
      clearTimeout(late);
      controller.abort();
    }
  }

  private async send(path: string, init: RequestInit): Promise<HttpAnswer> {
    const response = await fetch(`${this.url}${path}`, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return {
      status: response.status,
      text: await response.text(),
      type: response.headers.get('content-type') ?? '',
    };
  }
}
