import { HttpException } from '@nestjs/common';
import { AppError } from './app-error';
import { PublicError } from './public-error';
import type { PublicCode } from './public-error';

const codeOfStatus: ReadonlyMap<number, PublicCode> = new Map([
  [400, 'BAD_USER_INPUT'],
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [409, 'CONFLICT'],
  [413, 'BAD_USER_INPUT'],
  [415, 'BAD_USER_INPUT'],
  [422, 'BAD_USER_INPUT'],
  [429, 'RATE_LIMITED'],
  [503, 'SERVICE_UNAVAILABLE'],
]);

/** Ends of our own codes that the caller can do something about: mend the request, or try again. */
const inputCodes = /_(PAGE|CURSOR|FILTER)_INVALID$|_(COST_EXCEEDED|LOG_MISSING)$/;
const unavailableCodes = /_(STATE_MISSING|STORE_FAILED|LEDGER_FAILED|UNAVAILABLE)$/;

/** What the drivers of Redis and Postgres say when their server is away. */
const awayCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08003',
  '08006',
  '53300',
]);
const awayMessages =
  /^(Connection is closed|Connection terminated|Query read timeout|timeout exceeded when trying to connect)|max retries per request|ECONNREFUSED|Stream isn't writeable/i;

/**
 * What a caller may be told about `err`: itself when it is public, the public form of an expected failure (a server
 * that is away, an HTTP refusal), and null for a surprise, of which only INTERNAL may be told.
 */
export function publicErrorOf(err: unknown): PublicError | null {
  if (err instanceof PublicError) return err;
  if (err instanceof AppError && inputCodes.test(String(err.code))) return inputError(err.context, err);
  if (isAway(err)) {
    return new PublicError(
      'SERVICE_UNAVAILABLE',
      'a server that is needed is away; try again',
      {},
      { cause: err },
    );
  }
  if (err instanceof HttpException) return fromStatus(err.getStatus(), err.message, err);
  const status = statusOf(err);
  return status === null || !(err instanceof Error) ? null : fromStatus(status, err.message, err);
}

function inputError(context: Readonly<Record<string, unknown>>, cause: unknown): PublicError {
  const { field, problem } = context;
  const path = typeof field === 'string' ? field : 'after';
  const message = typeof problem === 'string' ? problem : 'is not usable';
  return new PublicError('BAD_USER_INPUT', `${path} ${message}`, { fields: [{ path, message }] }, { cause });
}

function fromStatus(status: number, message: string, cause: unknown): PublicError | null {
  const code = codeOfStatus.get(status);
  return code === undefined ? null : new PublicError(code, message, {}, { cause });
}

function isAway(err: unknown): boolean {
  if (err instanceof AppError) return unavailableCodes.test(String(err.code)) || isAway(err.cause);
  if (!(err instanceof Error)) return false;
  if ('code' in err && typeof err.code === 'string' && awayCodes.has(err.code)) return true;
  if (awayMessages.test(err.message)) return true;
  return 'driverError' in err && err.driverError !== err && isAway(err.driverError);
}

/** Middleware such as the body parser throws errors that carry their status and say that it may be told. */
function statusOf(err: unknown): number | null {
  if (!(err instanceof Error) || !('expose' in err) || err.expose !== true) return null;
  return 'status' in err && typeof err.status === 'number' ? err.status : null;
}
