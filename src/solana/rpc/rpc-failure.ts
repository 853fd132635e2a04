import { SolanaError } from '../domain/solana.errors';
import type { SolanaErrorCode } from '../domain/solana.errors';

/** Where a call went and what it was; safe to log. */
export interface CallContext {
  readonly method: string;
  readonly endpoint: string;
}

const CODE_OF_RPC_ERROR: Readonly<Record<number, SolanaErrorCode>> = {
  429: 'SOLANA_RATE_EXCEEDED',
  [-32429]: 'SOLANA_RATE_EXCEEDED',
  [-32004]: 'SOLANA_SLOT_NOT_FOUND',
  [-32014]: 'SOLANA_SLOT_NOT_FOUND',
  [-32016]: 'SOLANA_SLOT_NOT_FOUND',
  [-32005]: 'SOLANA_LAG_EXCEEDED',
  [-32001]: 'SOLANA_BLOCK_MISSING',
  [-32007]: 'SOLANA_BLOCK_MISSING',
  [-32009]: 'SOLANA_BLOCK_MISSING',
  [-32010]: 'SOLANA_HISTORY_MISSING',
  [-32011]: 'SOLANA_HISTORY_MISSING',
  [-32015]: 'SOLANA_REQUEST_INVALID',
  [-32600]: 'SOLANA_REQUEST_INVALID',
  [-32601]: 'SOLANA_REQUEST_INVALID',
  [-32602]: 'SOLANA_REQUEST_INVALID',
};

/** How long an endpoint whose credits are used up is left alone before one call tries it again. */
const EXHAUSTED_REST_MS = 600_000;
/** Words by which providers say that it is not the rate but the month that is used up. */
const EXHAUSTED =
  /max usage reached|(credit|quota|usage|plan)\w*\b.{0,40}(exhaust|exceed|reached|used up|run out)|out of credits/i;

/** Some providers refuse for the rate by the code with which a node says that it is behind. */
const RATE = /rate.?limit|too many|limit exceeded|per (second|minute)|throttl/i;

/**
 * The error for a JSON-RPC error object; unknown codes count as a failure of the endpoint.
 *
 * @param message - the provider's sentence; it is looked at and never kept
 */
export function rpcError(context: CallContext, rpcCode: number, message = ''): SolanaError {
  const code = CODE_OF_RPC_ERROR[rpcCode] ?? 'SOLANA_RPC_FAILED';
  const isRefusal = code === 'SOLANA_RATE_EXCEEDED' || code === 'SOLANA_LAG_EXCEEDED';
  if (isRefusal && EXHAUSTED.test(message)) return exhausted({ ...context, rpcCode });
  const isRate = code === 'SOLANA_LAG_EXCEEDED' && RATE.test(message);
  return new SolanaError(isRate ? 'SOLANA_RATE_EXCEEDED' : code, { ...context, rpcCode });
}

function exhausted(context: Record<string, unknown>): SolanaError {
  return new SolanaError('SOLANA_CREDITS_EXCEEDED', { ...context, retryAfterMs: EXHAUSTED_REST_MS });
}

/** The beginning of what a refused request was answered with; only that of a rate limit is read. */
export async function reasonOf(response: Response): Promise<string> {
  if (response.status !== 429) {
    await response.body?.cancel();
    return '';
  }
  return (await response.text()).slice(0, 500);
}

/**
 * The error for an HTTP status that is not 2xx.
 *
 * @param retryAfter - the header of that name: seconds or a date
 * @param reason - the beginning of the body; it is looked at and never kept
 */
export function httpError(
  context: CallContext,
  status: number,
  retryAfter: string | null,
  reason = '',
): SolanaError {
  if (status === 429 && EXHAUSTED.test(reason)) return exhausted({ ...context, status });
  if (status === 429) {
    return new SolanaError('SOLANA_RATE_EXCEEDED', {
      ...context,
      status,
      retryAfterMs: retryAfterMs(retryAfter),
    });
  }
  const isRefused = status === 401 || status === 403;
  return new SolanaError(isRefused ? 'SOLANA_ACCESS_INVALID' : 'SOLANA_RPC_FAILED', { ...context, status });
}

/**
 * The error for a call that got no usable answer. Its cause is kept as a name alone: messages of the HTTP client hold
 * the URL.
 */
export function transportError(context: CallContext, err: unknown): SolanaError {
  const cause: unknown = typeof err === 'object' && err !== null ? Reflect.get(err, 'cause') : undefined;
  return new SolanaError('SOLANA_RPC_FAILED', {
    ...context,
    reason: textOf(err, 'name'),
    cause: textOf(cause, 'code'),
  });
}

/** Milliseconds that an endpoint is to be left alone; null where it does not say. */
export function waitAskedFor(err: SolanaError): number | null {
  const asked = err.context['retryAfterMs'];
  const isAsked = err.code === 'SOLANA_RATE_EXCEEDED' || err.code === 'SOLANA_CREDITS_EXCEEDED';
  return isAsked && typeof asked === 'number' ? asked : null;
}

/** Whether the failure lies in what was asked, so that no other endpoint and no repetition helps. */
export function isOwnFault(err: unknown): boolean {
  return err instanceof SolanaError && err.code === 'SOLANA_REQUEST_INVALID';
}

/** A wrong header must not silence the only endpoint for days. */
const LONGEST_ASKED_MS = 600_000;

function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  const askedMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(askedMs) ? null : Math.min(Math.max(0, askedMs), LONGEST_ASKED_MS);
}

function textOf(value: unknown, field: 'name' | 'code'): string | undefined {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
  return typeof text === 'string' ? text : undefined;
}
