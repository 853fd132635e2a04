import { Inject, Injectable } from '@nestjs/common';
import type { NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { ENV } from '../../config/config.module';
import type { Env } from '../../config/env';

/** What pages of other origins may ask for; everything else, the panel and the webhook among it, is for our own. */
const OPEN_PATHS = /^\/(?:graphql|api\/timer|api\/history)(?:\/|$)/;
const GRAPHQL = /^\/graphql(?:\/|$)/;

const REQUEST_HEADERS = [
  ...['authorization', 'content-type', 'apollo-require-preflight', 'x-csrf-token', 'x-request-id'],
  ...['if-none-match', 'last-event-id', 'traceparent'],
].join(', ');
const ANSWER_HEADERS = [
  ...['content-disposition', 'etag', 'ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id'],
].join(', ');
const PREFLIGHT_HOLDS_SEC = 600;

/**
 * Lets pages of the origins in ALLOWED_ORIGINS read what they ask for (CORS), and tells pages of no other. Origins are
 * named one by one, never `*`, so that credentials may be allowed; session cookies are `SameSite=Strict` nevertheless,
 * and go nowhere but to their own site.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
@Injectable()
export class CrossOrigin implements NestMiddleware {
  private readonly allowed: ReadonlySet<string>;

  constructor(@Inject(ENV) { allowedOrigins }: Pick<Env, 'allowedOrigins'>) {
    this.allowed = new Set(allowedOrigins);
  }

  use(request: Request, response: Response, next: NextFunction): void {
    const path = request.originalUrl.split('?')[0] ?? '';
    if (this.allowed.size === 0 || !OPEN_PATHS.test(path)) {
      next();
      return;
    }
    // also where there is none: a cache must not hand an answer without the headers to a page that needs them
    response.vary('origin');
    const { origin } = request.headers;
    if (origin === undefined || !this.allowed.has(origin)) {
      next();
      return;
    }
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-allow-credentials', 'true');
    if (isPreflight(request)) answerPreflight(response, GRAPHQL.test(path) ? 'GET, HEAD, POST' : 'GET, HEAD');
    else {
      response.setHeader('access-control-expose-headers', ANSWER_HEADERS);
      next();
    }
  }
}

function isPreflight({ method, headers }: Request): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function answerPreflight(response: Response, methods: string): void {
  response.setHeader('access-control-allow-methods', methods);
  response.setHeader('access-control-allow-headers', REQUEST_HEADERS);
  response.setHeader('access-control-max-age', PREFLIGHT_HOLDS_SEC);
  response.status(204).end();
}
