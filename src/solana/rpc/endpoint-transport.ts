import type { RpcTransport } from '@solana/web3.js';
import type { RpcEndpoint } from '../domain/chain-target';
import { signals } from '../../metrics/domain/signals';
import { asTransport, resultOf } from './read-answer';
import { httpError, reasonOf, transportError } from './rpc-failure';
import type { Surroundings } from './surroundings';

/** What a transport is made of. */
export interface TransportOptions {
  readonly endpoint: RpcEndpoint;
  /** From sending to the last byte of the answer. */
  readonly timeoutMs: number;
  /** @param address - the address that is listed; null for any other method */
  readonly onCall: (method: string, address: string | null) => void;
  readonly surroundings: Pick<Surroundings, 'fetch' | 'timeout'>;
}

/**
 * Sends one JSON-RPC request by HTTP; every failure becomes a SolanaError that names the endpoint without its URL.
 * A caller's own abort is passed on as it is.
 */
export function endpointTransport({
  endpoint,
  timeoutMs,
  onCall,
  surroundings,
}: TransportOptions): RpcTransport {
  const { headers, address } = targetOf(endpoint.url.reveal());
  return asTransport(async ({ payload, signal }) => {
    const context = { method: methodOf(payload), endpoint: endpoint.name };
    onCall(context.method, addressOf(payload));
    const timeout = surroundings.timeout(timeoutMs);
    const request = {
      method: 'POST',
      headers,
      body: JSON.stringify(payload),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    };
    const body = await surroundings
      .fetch(address, request)
      .then(async (response) => {
        signals.called.tell({ ...context, code: String(response.status) });
        if (response.ok) return await response.json();
        const reason = await reasonOf(response);
        return httpError(context, response.status, response.headers.get('retry-after'), reason);
      })
      .catch((err: unknown) => {
        signal?.throwIfAborted();
        signals.called.tell({ ...context, code: 'none' });
        return transportError(context, err);
      });
    if (body instanceof Error) throw body;
    return { result: resultOf(body, context) };
  });
}

/** Credentials of the URL travel as a header: fetch refuses them in the address. */
function targetOf(text: string): { address: string; headers: Record<string, string> } {
  const url = new URL(text);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (url.username !== '' || url.password !== '') {
    const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers['authorization'] = `Basic ${Buffer.from(user).toString('base64')}`;
    url.username = '';
    url.password = '';
  }
  return { address: url.href, headers };
}

function addressOf(payload: unknown): string | null {
  if (methodOf(payload) !== 'getSignaturesForAddress') return null;
  const params: unknown =
    typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'params') : null;
  const address: unknown = Array.isArray(params) ? params[0] : null;
  return typeof address === 'string' ? address : null;
}

function methodOf(payload: unknown): string {
  return typeof payload === 'object' && payload !== null && 'method' in payload
    ? String(payload.method)
    : 'unknown';
}
