import { Inject, Injectable, Logger } from '@nestjs/common';
import type { NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { ENV } from '../../config/config.module';
import type { Env } from '../../config/env';
import type { TrustProxy } from '../limits/client-address';
import { nameRequest } from './request-id';

/** Names each request over HTTP and tells the name to the client; with LOG_LEVEL=debug each answer is a line. */
@Injectable()
export class RequestNames implements NestMiddleware {
  private readonly log = new Logger('http');
  private readonly isTelling: boolean;

  constructor(@Inject(ENV) { logLevel }: Pick<Env, 'logLevel'>) {
    this.isTelling = logLevel === 'debug' || logLevel === 'trace';
  }

  use(request: Request, response: Response, next: NextFunction): void {
    const settings: { get(name: 'trust proxy fn'): TrustProxy } = request.app;
    const requestId = nameRequest(request, settings.get('trust proxy fn'));
    response.setHeader('x-request-id', requestId);
    if (this.isTelling) this.tellAnswer(request, response, requestId);
    next();
  }

  private tellAnswer(request: Request, response: Response, requestId: string): void {
    const startedAt = performance.now();
    response.once('close', () => {
      const { method, path } = request;
      const durationMs = Math.round(performance.now() - startedAt);
      const status = response.statusCode;
      this.log.debug({ message: 'request answered', requestId, method, path, status, durationMs });
    });
  }
}
