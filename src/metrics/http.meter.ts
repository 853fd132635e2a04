import { Injectable } from '@nestjs/common';
import type { NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { tellWhenServed } from './domain/served';

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

/** Has answers counted by route and status; whatever is no route of ours is one label. */
@Injectable()
export class HttpMeter implements NestMiddleware {
  use(request: Request, response: Response, next: NextFunction): void {
    tellWhenServed(request.originalUrl, response);
    next();
  }
}

/** Few values, whatever is asked for. */
export function routeOf(url: string): string {
  const path = url.split('?')[0] ?? '/';
  if (path === '/') return path;
  return ROUTES.find((route) => path === route || (route.endsWith('/') && path.startsWith(route))) ?? 'other';
}
