import type { Chain, ChainTransaction } from './chain';
import type { Commitment } from './commitment';
import { isCount, isRecord, isStringArray } from './json';
import { readBase58, readConfig } from './read-rpc-params';
import { invalidParams, RpcRefusal } from './rpc-refusal';
import { producedAtOrBelow } from './slots';

/** What a client has subscribed to; `toldSlot` is the highest slot that was told. */
export type Subscription = { readonly toldSlot: number } & (
  | { readonly kind: 'slot' }
  | { readonly kind: 'logs'; readonly address: string | null; readonly commitment: Commitment }
);

/** What one message of a client leads to. */
export interface SocketAnswer {
  readonly answer: Readonly<Record<string, unknown>>;
  /** A subscription that begins. */
  readonly opened?: Subscription;
  /** Id of one that ends. */
  readonly closed?: number;
}

/** Slots between the tip and the root, as a node reports them. */
const ROOT_DEPTH = 32;

/** Answers a JSON-RPC call that came over a socket; a new subscription gets `nextId`. */
export function answerSocketCall(chain: Chain, text: string, nextId: number): SocketAnswer {
  const call = parse(text);
  if (!isRecord(call) || typeof call['method'] !== 'string') {
    return { answer: failure(null, new RpcRefusal(-32600, 'Invalid request')) };
  }
  const { id = null, method, params = [] } = call;
  if (!Array.isArray(params)) return { answer: failure(id, invalidParams('Invalid params: not an array')) };
  if (method === 'slotUnsubscribe' || method === 'logsUnsubscribe') {
    const closed: unknown = params[0];
    return isCount(closed)
      ? { answer: { jsonrpc: '2.0', result: true, id }, closed }
      : { answer: failure(id, invalidParams('Invalid subscription id.')) };
  }
  const opened = subscriptionOf(chain, method, params);
  return opened instanceof RpcRefusal
    ? { answer: failure(id, opened) }
    : { answer: { jsonrpc: '2.0', result: nextId, id }, opened };
}

/** What happened since the subscription's `toldSlot`, as notifications, and the slot they reach up to. */
export function noticesOf(
  chain: Chain,
  id: number,
  subscription: Subscription,
): { readonly notices: readonly object[]; readonly toldSlot: number } {
  const { toldSlot } = subscription;
  if (subscription.kind === 'slot') {
    const slot = chain.slot('processed');
    if (slot <= toldSlot) return { notices: [], toldSlot };
    const result = { parent: producedAtOrBelow(slot - 1), root: Math.max(0, slot - ROOT_DEPTH), slot };
    return { notices: [notification('slotNotification', id, result)], toldSlot: slot };
  }
  const { address, commitment } = subscription;
  const height = chain.slot(commitment);
  const forgotten = chain.faults.forgetSignatures;
  const notices = chain.transactions
    .filter(({ slot }) => slot > toldSlot && slot <= height)
    .filter(
      ({ addresses, signature }) =>
        (address === null || addresses.has(address)) && !forgotten.includes(signature),
    )
    .map((row) => notification('logsNotification', id, logsOf(row)));
  return { notices, toldSlot: Math.max(height, toldSlot) };
}

function subscriptionOf(
  chain: Chain,
  method: unknown,
  params: readonly unknown[],
): Subscription | RpcRefusal {
  if (method === 'slotSubscribe') return { kind: 'slot', toldSlot: chain.slot('processed') };
  if (method !== 'logsSubscribe') return new RpcRefusal(-32601, 'Method not found');
  const [filter, config] = params;
  const address = addressOf(filter);
  if (address instanceof RpcRefusal) return address;
  const read = readConfig(config);
  if (read instanceof RpcRefusal) return read;
  return { kind: 'logs', address, commitment: read.commitment, toldSlot: chain.slot(read.commitment) };
}

/** Null: every transaction. A node accepts exactly one address. */
function addressOf(filter: unknown): string | null | RpcRefusal {
  if (filter === 'all' || filter === 'allWithVotes') return null;
  const mentions = isRecord(filter) ? filter['mentions'] : undefined;
  if (!isStringArray(mentions)) return invalidParams('Invalid Request: unknown filter');
  if (mentions.length !== 1) return invalidParams('Invalid Request: Only 1 address supported');
  return readBase58(mentions[0], 32);
}

function logsOf({ slot, signature, content }: ChainTransaction): object {
  const meta = content.body['meta'];
  const logs = isRecord(meta) && isStringArray(meta['logMessages']) ? meta['logMessages'] : [];
  return { context: { slot }, value: { signature, err: content.err, logs } };
}

function notification(method: string, subscription: number, result: unknown): object {
  return { jsonrpc: '2.0', method, params: { result, subscription } };
}

function failure(id: unknown, { code, message }: RpcRefusal): Readonly<Record<string, unknown>> {
  return { jsonrpc: '2.0', error: { code, message }, id };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
