import type { ListQuery } from '../../src/solana/chain-reader';
import { SolanaError } from '../../src/solana/domain/solana.errors';
import type { ReadCommitment } from '../../src/solana/domain/commitment';
import type { Chance } from './chance';
import type { MemoryEndpoint } from './memory-chain';
import type { VirtualTime } from './virtual-time';

/** What goes wrong with one call. */
export type CallFault =
  | 'too many'
  | 'too many, come back'
  | 'credits exhausted'
  | 'credits exhausted, said in the answer'
  | 'internal error'
  | 'no JSON'
  | 'no result'
  | 'cut'
  | 'hangs'
  | 'null'
  | number;

/** Everything that a call can meet; numbers are codes of JSON-RPC. */
export const CALL_FAULTS: readonly CallFault[] = [
  'too many',
  'too many, come back',
  'credits exhausted',
  'credits exhausted, said in the answer',
  'internal error',
  'no JSON',
  'no result',
  'cut',
  'hangs',
  'null',
  429,
  -32004,
  -32005,
  -32007,
  -32009,
  -32011,
  -32014,
  -32015,
  -32016,
  -32429,
];

/** A node says null to a transaction that it has indexed late, not to one that everybody has long had. */
const NULL_UNTIL_SLOTS = 100;

interface Call {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** One URL with several nodes behind it; each call meets one of them. */
export class BalancedAddress {
  /** What the next calls meet. */
  faults: CallFault[] = [];
  /** Share of all other calls that meets something. */
  faultShare = 0;

  constructor(
    readonly url: string,
    readonly backends: readonly MemoryEndpoint[],
    private readonly chance: Chance,
    private readonly time: VirtualTime,
  ) {}

  /** Answers a request. @throws as `fetch` does */
  async answer(body: string, signal: AbortSignal): Promise<Response> {
    const call = callOf(body);
    const backend = this.chance.pick(this.backends);
    const fault =
      this.faults.shift() ?? (this.chance.next() < this.faultShare ? this.chance.pick(CALL_FAULTS) : null);
    switch (fault) {
      case null:
        return await answerOf(call, backend);
      case 'null':
        return isForYoung(call, backend)
          ? Response.json({ jsonrpc: '2.0', id: call.id, result: null })
          : await answerOf(call, backend);
      case 'too many':
        return new Response('too many requests', { status: 429 });
      case 'too many, come back':
        return new Response('', {
          status: 429,
          headers: { 'retry-after': String(1 + this.chance.below(9)) },
        });
      case 'credits exhausted':
        return new Response('{"error":"max usage reached"}', { status: 429 });
      case 'credits exhausted, said in the answer':
        return failed(call, -32429, 'credits exhausted for this month');
      case 'internal error':
        return new Response('oops', { status: 500 });
      case 'no JSON':
        return new Response('<html></html>');
      case 'no result':
        return Response.json({ jsonrpc: '2.0', id: call.id });
      case 'cut':
        throw new TypeError('fetch failed', {
          cause: Object.assign(new Error('cut'), { code: 'ECONNRESET' }),
        });
      case 'hangs':
        return this.time.passUntil(signal);
      default:
        return failed(call, fault, 'as told');
    }
  }
}

/** What a call asks for; a node takes what is left out as final. */
interface Asked {
  readonly of: string;
  readonly slot: number;
  readonly commitment: ReadCommitment;
  readonly query: ListQuery;
}

const METHODS: Readonly<Record<string, (node: MemoryEndpoint, asked: Asked) => Promise<unknown>>> = {
  getSlot: (node, { commitment }) => node.slot(commitment),
  getBlockTime: (node, { slot }) => node.blockTime(slot),
  getSignaturesForAddress: async (node, { of, query }) =>
    (await node.signatures(of, query)).map(({ signature, slot, hasFailed, blockTimeSec }) => ({
      signature,
      slot,
      err: hasFailed ? { InstructionError: [0, { Custom: 1 }] } : null,
      memo: null,
      blockTime: blockTimeSec,
      confirmationStatus: query.commitment,
    })),
  getTransaction: (node, { of, commitment }) => node.transaction(of, commitment),
  getBlock: async (node, { slot }) => {
    if (slot > (await node.slot('confirmed'))) throw new SolanaError('SOLANA_SLOT_NOT_FOUND');
    return { signatures: await node.blockSignatures(slot) };
  },
};

function callOf(body: string): Call {
  const call: unknown = JSON.parse(body);
  const field = (name: string): unknown => fieldOf(call, name);
  const params = field('params');
  return { id: field('id'), method: String(field('method')), params: Array.isArray(params) ? params : [] };
}

function askedIn({ params }: Call): Asked {
  const field = (name: string): unknown =>
    params.map((param) => fieldOf(param, name)).find((value) => value !== undefined);
  const commitment = field('commitment') === 'confirmed' ? 'confirmed' : 'finalized';
  const [before, minContextSlot] = [field('before'), field('minContextSlot')];
  return {
    of: String(params[0]),
    slot: Number(params[0]),
    commitment,
    query: {
      limit: Number(field('limit')),
      commitment,
      ...(typeof before === 'string' ? { before } : {}),
      ...(minContextSlot === undefined ? {} : { minContextSlot: Number(minContextSlot) }),
    },
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

async function answerOf(call: Call, node: MemoryEndpoint): Promise<Response> {
  const method = METHODS[call.method];
  if (method === undefined) throw new Error(`nobody asked for ${call.method}`);
  try {
    return Response.json({ jsonrpc: '2.0', id: call.id, result: await method(node, askedIn(call)) });
  } catch (err) {
    if (!(err instanceof SolanaError) || err.code !== 'SOLANA_SLOT_NOT_FOUND') throw err;
    return failed(call, -32016, 'Minimum context slot has not been reached');
  }
}

function failed({ id }: Call, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', id, error: { code, message } });
}

/** Whether the call asks for a transaction that a node may not have indexed yet. */
function isForYoung(call: Call, node: MemoryEndpoint): boolean {
  const row = node.rowOf(askedIn(call).of);
  return call.method === 'getTransaction' && row !== null && row.slot + NULL_UNTIL_SLOTS > node.tip;
}
