import type { ChainEndpoint, ChainSource, ListQuery, SignatureRow } from '../chain-reader';
import type { Commitment, ReadCommitment } from '../domain/commitment';
import { SolanaError } from '../domain/solana.errors';
import type { EndpointHealth } from './endpoint-health';
import { isOwnFault } from './rpc-failure';
import type { Surroundings } from './surroundings';

/** How often, and how patiently, a task is tried. */
export interface PoolLimits {
  /** Rounds over all endpoints before the task fails. */
  readonly rounds: number;
  /** Longest wait after the first round; it doubles with each further one, and the wait is drawn from 0 up to it. */
  readonly backoffMs: number;
  /** A rest longer than this is not waited for: the task fails, and its owner comes again later. */
  readonly longestWaitMs: number;
}

/** An endpoint that can say how long it must be left alone. */
export interface RestingEndpoint extends ChainEndpoint {
  readonly restMs: number;
  readonly health: EndpointHealth;
}

/** Endpoints in order of preference with failover, and backoff with full jitter once all have failed. */
export class RpcPool implements ChainSource {
  /** @param endpoints - in order of preference */
  constructor(
    readonly endpoints: readonly RestingEndpoint[],
    private readonly limits: PoolLimits,
    private readonly surroundings: Pick<Surroundings, 'wait' | 'random'>,
  ) {}

  async withEndpoint<T>(task: (endpoint: ChainEndpoint) => Promise<T>, signal?: AbortSignal): Promise<T> {
    let failure: unknown = new SolanaError('SOLANA_RPC_FAILED', { reason: 'no endpoint is usable' });
    for (let round = 0; round < this.limits.rounds; round++) {
      if (round > 0 && !(await this.rest(round, signal))) break;
      for (const endpoint of this.endpoints) {
        if (!endpoint.isUsable) continue;
        try {
          return await task(endpoint);
        } catch (err) {
          signal?.throwIfAborted();
          if (!(err instanceof SolanaError) || isOwnFault(err)) throw err;
          failure = err;
        }
      }
    }
    throw failure;
  }

  slot(commitment: Commitment, signal?: AbortSignal): Promise<number> {
    return this.withEndpoint((endpoint) => endpoint.slot(commitment, signal), signal);
  }

  blockTime(slot: number, signal?: AbortSignal): Promise<number | null> {
    return this.withEndpoint((endpoint) => endpoint.blockTime(slot, signal), signal);
  }

  signatures(address: string, query: ListQuery, signal?: AbortSignal): Promise<readonly SignatureRow[]> {
    return this.withEndpoint((endpoint) => endpoint.signatures(address, query, signal), signal);
  }

  transaction(signature: string, commitment: ReadCommitment, signal?: AbortSignal): Promise<unknown> {
    return this.withEndpoint((endpoint) => endpoint.transaction(signature, commitment, signal), signal);
  }

  blockSignatures(slot: number, signal?: AbortSignal): Promise<readonly string[]> {
    return this.withEndpoint((endpoint) => endpoint.blockSignatures(slot, signal), signal);
  }

  /** Waits before the next round; false where every endpoint must be left alone for too long. */
  private async rest(round: number, signal: AbortSignal | undefined): Promise<boolean> {
    const leastMs = Math.min(...this.endpoints.map(({ restMs }) => restMs));
    if (leastMs > this.limits.longestWaitMs) return false;
    const jitterMs = this.surroundings.random() * this.limits.backoffMs * 2 ** (round - 1);
    await this.surroundings.wait(Math.ceil(leastMs + jitterMs), signal);
    return true;
  }
}
