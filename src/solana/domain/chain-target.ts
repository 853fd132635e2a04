import type { Env } from '../../config/env';
import { Secret } from '../../config/secret';

/** One JSON-RPC endpoint; the name is safe to show. */
export interface RpcEndpoint {
  readonly name: string;
  readonly url: Secret;
}

/** Which chain this deployment reads. */
export interface ChainTarget {
  readonly kind: 'rpc' | 'demo' | 'off';
  /** In order of preference; empty where the chain is off. */
  readonly endpoints: readonly RpcEndpoint[];
  /** A sentence for people about what is played; null for the real chain. */
  readonly note: () => string | null;
}

/** No chain is read; timers end by the shared clock alone. */
export const CHAIN_OFF: ChainTarget = { kind: 'off', endpoints: [], note: () => null };

/**
 * The endpoints that the environment names: `SOLANA_RPC_ENDPOINTS` in their order, else the one of `HELIUS_API_KEY`.
 *
 * @returns null where neither is set, so that the caller may play the demo chain
 */
export function chainTargetOf(env: Pick<Env, 'solanaRpcEndpoints' | 'heliusApiKey'>): ChainTarget | null {
  const urls =
    env.solanaRpcEndpoints.length === 0 && env.heliusApiKey !== null
      ? [new Secret(`https://mainnet.helius-rpc.com/?api-key=${env.heliusApiKey.reveal()}`)]
      : env.solanaRpcEndpoints;
  return urls.length === 0 ? null : { kind: 'rpc', endpoints: urls.map(endpointOf), note: () => null };
}

/** The demo chain at `url`; `note` says what it plays, and is asked again each time it is shown. */
export function demoTarget(url: string, note: () => string): ChainTarget {
  return { kind: 'demo', endpoints: [endpointOf(new Secret(url), 0)], note };
}

/** Whether an endpoint is Helius', whose plans and rate limits are known. */
export function isHelius({ name }: Pick<RpcEndpoint, 'name'>): boolean {
  return name.endsWith('.helius-rpc.com');
}

/** The host alone names an endpoint: paths and queries of providers hold keys. */
function endpointOf(url: Secret, position: number): RpcEndpoint {
  return { name: `${position + 1}:${new URL(url.reveal()).hostname}`, url };
}
