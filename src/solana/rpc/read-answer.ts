import type { RpcTransport } from '@solana/web3.js';
import type { SignatureRow } from '../chain-reader';
import { rpcError } from './rpc-failure';
import type { CallContext } from './rpc-failure';

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown } | null;
}

/**
 * Takes the result out of a JSON-RPC answer.
 *
 * @throws SolanaError for an error object and for anything that is no answer
 */
export function resultOf(body: unknown, context: CallContext): unknown {
  const answer = (typeof body === 'object' && body !== null ? body : {}) as Answer;
  if (answer.error !== undefined && answer.error !== null) {
    const { code, message } = answer.error;
    throw rpcError(context, typeof code === 'number' ? code : 0, typeof message === 'string' ? message : '');
  }
  if (!('result' in answer)) throw rpcError(context, 0);
  return answer.result;
}

/** A function that sends requests, as the library wants it: it trusts the answer to have the method's shape. */
export function asTransport(send: (request: Parameters<RpcTransport>[0]) => Promise<unknown>): RpcTransport {
  return send as RpcTransport;
}

/** Turns the library's integers back into plain numbers, so that a payload looks as it came over the wire. */
export function withPlainNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(withPlainNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, withPlainNumbers(inside)]));
}

/** One row as the library gives it. */
interface LibraryRow {
  readonly signature: string;
  readonly slot: bigint;
  readonly err: unknown;
  readonly blockTime: bigint | number | null;
}

/** One row of a list in our words. */
export function rowOf(row: LibraryRow): SignatureRow {
  return {
    signature: row.signature,
    slot: Number(row.slot),
    hasFailed: row.err !== null,
    blockTimeSec: row.blockTime === null ? null : Number(row.blockTime),
  };
}
