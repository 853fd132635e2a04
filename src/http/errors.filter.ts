import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { requestIdOf } from '../platform/logging/request-id';
import type { PublicCode, PublicError } from '../platform/public-error';
import { publicErrorOf } from '../platform/public-error.mapping';

const statusOfCode: Readonly<Record<PublicCode, number>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** An error as routes answer it. */
interface Told {
  readonly status: number;
  readonly message: string;
  readonly extensions: { readonly code: PublicCode; readonly [detail: string]: unknown };
}

/**
 * Answers errors of routes as `{ error: { code, message, … } }`, and those that happen before GraphQL sees a request
 * (a body that is too large or no JSON) in GraphQL's form.
 */
@Catch()
export class ErrorsFilter implements ExceptionFilter {
  private readonly log = new Logger('http');

  catch(err: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw err;
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const { path } = request;
    const response = http.getResponse<Response>();
    if (response.headersSent) {
      response.end();
      return;
    }
    const { status, message, extensions } = this.told(err, request);
    response.status(status);
    if (path.startsWith('/graphql')) response.json({ errors: [{ message, extensions }] });
    else response.json({ error: { ...extensions, message } });
  }

  private told(err: unknown, request: Request): Told {
    const known = publicErrorOf(err);
    if (known !== null) {
      return {
        status: statusOf(err, known),
        message: known.message,
        extensions: { code: known.code, ...known.details },
      };
    }
    const requestId = requestIdOf(request);
    this.log.error({ message: 'request failed', requestId, path: request.path, err });
    return { status: 500, message: 'internal error', extensions: { code: 'INTERNAL', requestId } };
  }
}

function statusOf(err: unknown, known: PublicError): number {
  if (err instanceof HttpException) return err.getStatus();
  if (err instanceof Error && 'status' in err && typeof err.status === 'number') return err.status;
  return statusOfCode[known.code];
}
