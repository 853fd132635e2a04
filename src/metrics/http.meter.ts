import { Inject, Injectable } from '@nestjs/common';
import type { NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Counter } from 'prom-client';
import { signals } from './domain/signals';
import { MetricsService } from './metrics.service';

/** Routes as they are, and, with a slash at the end, whatever lies below them. */
const ROUTES = [
  '/graphql',
  '/metrics',
  '/api/timer',
  '/api/timer/stream',
  '/api/health',
  '/api/health/live',
  '/api/health/ready',
  '/api/health/startup',
  '/api/history/trades.csv',
  '/api/history/trades.ndjson',
  '/api/history/audit.ndjson',
  '/api/webhook/helius',
  '/admin',
  '/t/',
  '/embed/',
  '/admin/',
  '/assets/',
];

/** Counts answers by route and status; whatever is no route of ours is one label. */
@Injectable()
export class HttpMeter implements NestMiddleware {
  private readonly requests: Counter<'route' | 'code'>;

  constructor(@Inject(MetricsService) { registry }: MetricsService) {
    this.requests = new Counter({
      name: 'http_requests_total',
      help: 'HTTP requests that this process answered, by route and status.',
      labelNames: ['route', 'code'],
      registers: [registry],
    });
  }

  use(request: Request, response: Response, next: NextFunction): void {
    response.once('finish', () => {
      this.requests.inc({ route: routeOf(request.originalUrl), code: String(response.statusCode) });
      const isOwnFault = response.statusCode >= 500 && response.statusCode !== 503;
      signals.answered.tell({ kind: 'http', isOwnFault });
    });
    next();
  }
}

/** Few values, whatever is asked for. */
export function routeOf(url: string): string {
  const path = url.split('?')[0] ?? '/';
  if (path === '/') return path;
  return ROUTES.find((route) => path === route || (route.endsWith('/') && path.startsWith(route))) ?? 'other';
}
