import { request as requestHttp } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { types } from 'node:util';
import { assertPublicHost, publicLookup } from './private-address';

/** One body for one receiver. */
export interface Post {
  /** May hold a secret; it is never told to anyone. */
  readonly url: string;
  /** JSON. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the receiver may be in our own network. */
  readonly mayBePrivate: boolean;
  readonly timeoutMs: number;
}

/** How a receiver answered. */
export interface PostOutcome {
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  /** Why no answer came, without any secret; null where one came. */
  readonly failure: string | null;
}

/**
 * Sends one POST and reads nothing of the answer but its status. Redirects are not followed: the next address would be
 * one that nobody has checked. Never throws.
 */
export async function postJson(post: Post): Promise<PostOutcome> {
  const startedAt = performance.now();
  try {
    const status = await send(post);
    return { status, durationMs: since(startedAt), failure: null };
  } catch (err) {
    return { status: null, durationMs: since(startedAt), failure: reasonOf(err) };
  }
}

/** Whether the receiver has taken it. */
export function isTaken({ status }: PostOutcome): boolean {
  return status !== null && status >= 200 && status < 300;
}

async function send({ url, body, headers, mayBePrivate, timeoutMs }: Post): Promise<number> {
  const target = new URL(url);
  if (!mayBePrivate) assertPublicHost(target);
  const options: RequestOptions = {
    method: 'POST',
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'darwin-timer',
      ...headers,
    },
    ...(mayBePrivate ? {} : { lookup: publicLookup }),
  };
  const begin = target.protocol === 'https:' ? requestHttps : requestHttp;
  return await new Promise<number>((resolve, reject) => {
    const request = begin(target, options, (answer: IncomingMessage) => {
      resolve(answer.statusCode ?? 0);
      answer.destroy();
    });
    request.on('error', reject);
    request.end(body);
  });
}

function since(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}

/** Codes say enough; messages may quote the URL. */
function reasonOf(err: unknown): string {
  if (!types.isNativeError(err)) return 'unknown';
  if (err.name === 'AbortError' || err.name === 'TimeoutError') return 'TIMEOUT';
  return 'code' in err && typeof err.code === 'string' ? err.code : err.name;
}
