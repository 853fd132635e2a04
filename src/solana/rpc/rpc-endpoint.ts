import { address, createSolanaRpcFromTransport, signature } from '@solana/web3.js';
import type { Rpc, SolanaRpcApi } from '@solana/web3.js';
import type { ChainEndpoint, ListQuery, SignatureRow } from '../chain-reader';
import type { Commitment, ReadCommitment } from '../domain/commitment';
import type { RpcEndpoint } from '../domain/chain-target';
import { SolanaError } from '../domain/solana.errors';
import type { CallPace } from './call-pace';
import { CircuitBreaker } from './circuit-breaker';
import type { BreakerLimits } from './circuit-breaker';
import type { CreditMeter } from './credit-meter';
import { HealthRecord } from './endpoint-health';
import type { EndpointHealth } from './endpoint-health';
import { endpointTransport } from './endpoint-transport';
import { rowOf, withPlainNumbers } from './read-answer';
import { isOwnFault, waitAskedFor } from './rpc-failure';
import type { Surroundings } from './surroundings';

/** How an endpoint is treated. */
export interface EndpointOptions {
  readonly timeoutMs: number;
  readonly breaker: BreakerLimits;
  readonly meter: CreditMeter;
  readonly surroundings: Surroundings;
  /** Keeps the rate limit of a plan; absent: none is known. */
  readonly pace?: Pick<CallPace, 'turn'>;
}

const VERSIONS = { maxSupportedTransactionVersion: 0 } as const;

/** One JSON-RPC endpoint: every call is one request, counted, with a time-out, and tells the breaker how it went. */
export class RpcEndpointReader implements ChainEndpoint {
  readonly name: string;
  private readonly breaker: CircuitBreaker;
  private readonly record = new HealthRecord();
  private readonly rpc: Rpc<SolanaRpcApi>;
  private readonly monotonicMs: () => number;
  private readonly pace: Pick<CallPace, 'turn'> | undefined;
  /** Since when it has not reached what lists are asked for, whatever else it answers; null where it has. */
  private behindSinceMs: number | null = null;

  constructor(endpoint: RpcEndpoint, options: EndpointOptions) {
    this.pace = options.pace;
    this.name = endpoint.name;
    const { timeoutMs, surroundings } = options;
    this.monotonicMs = surroundings.monotonicMs;
    this.breaker = new CircuitBreaker(options.breaker, this.monotonicMs);
    const onCall = (method: string, address: string | null): void =>
      options.meter.count({ method, endpoint: endpoint.name, address });
    this.rpc = createSolanaRpcFromTransport(endpointTransport({ endpoint, timeoutMs, onCall, surroundings }));
  }

  get isUsable(): boolean {
    return this.breaker.isUsable;
  }

  get failingForMs(): number {
    const behindForMs = this.behindSinceMs === null ? 0 : this.monotonicMs() - this.behindSinceMs;
    return Math.max(this.breaker.failingForMs, behindForMs);
  }

  /** How it has done lately. */
  get health(): EndpointHealth {
    return { name: this.name, isUsable: this.isUsable, ...this.record.read() };
  }

  /** How long, in ms, the endpoint is given a rest; 0 where it is not. */
  get restMs(): number {
    return this.breaker.restMs;
  }

  async slot(commitment: Commitment, signal?: AbortSignal): Promise<number> {
    const slot = Number(await this.call((options) => this.rpc.getSlot({ commitment }).send(options), signal));
    this.record.sawSlot(slot);
    return slot;
  }

  async firstSlot(signal?: AbortSignal): Promise<number> {
    return Number(await this.call((options) => this.rpc.getFirstAvailableBlock().send(options), signal));
  }

  async blockTime(slot: number, signal?: AbortSignal): Promise<number | null> {
    const time: unknown = await this.call(
      (options) => this.rpc.getBlockTime(BigInt(slot)).send(options),
      signal,
    ).catch((err: unknown) => {
      if (err instanceof SolanaError && err.code === 'SOLANA_BLOCK_MISSING') return null;
      throw err;
    });
    return time === null ? null : Number(time);
  }

  async signatures(of: string, query: ListQuery, signal?: AbortSignal): Promise<readonly SignatureRow[]> {
    const { limit, commitment, before, minContextSlot } = query;
    const config = {
      limit,
      commitment,
      ...(before === undefined ? {} : { before: signature(before) }),
      ...(minContextSlot === undefined ? {} : { minContextSlot: BigInt(minContextSlot) }),
    };
    const request = this.rpc.getSignaturesForAddress(address(of), config);
    const answer = await this.call((options) => request.send(options), signal).catch((err: unknown) => {
      if (err instanceof SolanaError && err.code === 'SOLANA_SLOT_NOT_FOUND')
        this.behindSinceMs ??= this.monotonicMs();
      throw err;
    });
    if (minContextSlot !== undefined) this.behindSinceMs = null;
    const rows = answer.map(rowOf);
    this.record.sawSlot(Math.max(minContextSlot ?? 0, rows[0]?.slot ?? 0));
    return rows;
  }

  async transaction(of: string, commitment: ReadCommitment, signal?: AbortSignal): Promise<unknown> {
    const request = this.rpc.getTransaction(signature(of), { commitment, encoding: 'json', ...VERSIONS });
    return withPlainNumbers(await this.call((options) => request.send(options), signal));
  }

  async blockSignatures(slot: number, signal?: AbortSignal): Promise<readonly string[]> {
    const config = {
      transactionDetails: 'signatures',
      rewards: false,
      commitment: 'confirmed',
      ...VERSIONS,
    } as const;
    const block = await this.call((options) => this.rpc.getBlock(BigInt(slot), config).send(options), signal);
    if (block === null) {
      throw new SolanaError('SOLANA_BLOCK_MISSING', { method: 'getBlock', endpoint: this.name, slot });
    }
    return block.signatures;
  }

  private async call<T>(
    send: (options: { abortSignal?: AbortSignal }) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    await this.pace?.turn(signal);
    this.breaker.begin();
    const beganMs = this.monotonicMs();
    const took = (): number => this.monotonicMs() - beganMs;
    try {
      const answer = await send(signal === undefined ? {} : { abortSignal: signal });
      this.breaker.succeed();
      this.record.note(true, took());
      return answer;
    } catch (err) {
      this.judge(err, signal);
      if (signal?.aborted !== true) this.record.note(isOwnFault(err), took());
      throw err;
    }
  }

  private judge(err: unknown, signal: AbortSignal | undefined): void {
    if (signal?.aborted === true) this.breaker.abandon();
    else if (isOwnFault(err) || (err instanceof SolanaError && err.code === 'SOLANA_BLOCK_MISSING')) {
      this.breaker.succeed();
    } else this.breaker.fail(err instanceof SolanaError ? waitAskedFor(err) : null);
  }
}
