import type { Chain } from './chain';
import { isRecord } from './json';
import { RPC_METHODS } from './rpc-methods';
import { RpcRefusal } from './rpc-refusal';

/** Called with the name of each known method that is about to be answered. */
export type OnCall = (method: string) => void;

/**
 * Answers a JSON-RPC 2.0 body: one call or a batch.
 *
 * @param body - parsed JSON; undefined where it was no JSON
 * @returns the answer, or undefined where nothing but notifications came
 */
export function answerRpc(chain: Chain, body: unknown, onCall: OnCall): unknown {
  if (body === undefined) return failure(null, new RpcRefusal(-32700, 'Parse error'));
  if (!Array.isArray(body)) return answerCall(chain, body, onCall);
  if (body.length === 0) return failure(null, new RpcRefusal(-32600, 'Invalid request'));
  const answers = body
    .map((call) => answerCall(chain, call, onCall))
    .filter((answer) => answer !== undefined);
  return answers.length === 0 ? undefined : answers;
}

function answerCall(chain: Chain, call: unknown, onCall: OnCall): unknown {
  if (!isRecord(call) || call['jsonrpc'] !== '2.0' || typeof call['method'] !== 'string') {
    return failure(isRecord(call) ? (call['id'] ?? null) : null, new RpcRefusal(-32600, 'Invalid request'));
  }
  const { id } = call;
  const result = resultOf(chain, call['method'], call['params'] ?? [], onCall);
  if (id === undefined) return undefined;
  return result instanceof RpcRefusal ? failure(id, result) : { jsonrpc: '2.0', result, id };
}

function resultOf(chain: Chain, name: string, params: unknown, onCall: OnCall): unknown {
  const method = RPC_METHODS.get(name);
  if (method === undefined) return new RpcRefusal(-32601, 'Method not found');
  onCall(name);
  return Array.isArray(params)
    ? method(chain, params)
    : new RpcRefusal(-32602, 'Invalid params: not an array');
}

function failure(id: unknown, { code, message, data }: RpcRefusal): unknown {
  return { jsonrpc: '2.0', error: { code, message, ...(data === undefined ? {} : { data }) }, id };
}
