import { isHelius } from '../domain/chain-target';
import type { ChainTarget } from '../domain/chain-target';
import { CallPace } from './call-pace';
import type { CreditMeter } from './credit-meter';
import { RpcEndpointReader } from './rpc-endpoint';
import { RpcPool } from './rpc-pool';
import { realSurroundings } from './surroundings';

/** The limits that production uses. */
export const RPC_LIMITS = {
  timeoutMs: 10_000,
  breaker: { failures: 5, openMs: 15_000 },
  pool: { rounds: 3, backoffMs: 500, longestWaitMs: 5_000 },
};

/**
 * The pool that reads a target's endpoints.
 *
 * @param callsPerSecond - what the provider's plan answers, of all its endpoints together; null: nothing is known
 * @param surroundings - default: the real ones
 */
export function chainSourceOf(
  target: ChainTarget,
  meter: CreditMeter,
  limits = RPC_LIMITS,
  callsPerSecond: () => number | null = () => null,
  surroundings = realSurroundings,
): RpcPool {
  const { timeoutMs, breaker, pool } = limits;
  const options = { timeoutMs, breaker, meter, surroundings };
  const pace = new CallPace(callsPerSecond, surroundings.monotonicMs);
  const endpoints = target.endpoints.map(
    (endpoint) => new RpcEndpointReader(endpoint, isHelius(endpoint) ? { ...options, pace } : options),
  );
  return new RpcPool(endpoints, pool, surroundings);
}
