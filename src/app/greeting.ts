import type { Env } from '../config/env';
import type { RunningService } from './boot';

/** The few lines that a person needs after the start. */
export function greeting(
  service: Pick<RunningService, 'url' | 'madeSecret' | 'chain'>,
  env: Pick<Env, 'tokenAddress' | 'roles'>,
): string {
  const { url, madeSecret, chain } = service;
  const lines = [
    `Page          ${url}/`,
    `GraphQL       ${url}/graphql   (ws${url.slice(4)}/graphql for subscriptions)`,
    `Health        ${url}/api/health`,
    `Chain         ${chainLine(chain)}`,
    `Token         ${env.tokenAddress}`,
    ...(madeSecret === null
      ? []
      : [`Admin secret  ${madeSecret}   (made here; set ADMIN_SECRET to choose one)`]),
    ...(env.roles.length === 3 ? [] : [`Roles         ${env.roles.join(', ')}`]),
  ];
  return `\nDarwin Timer is running.\n\n${lines.map((line) => `  ${line}\n`).join('')}\n`;
}

function chainLine(chain: RunningService['chain']): string {
  switch (chain.kind) {
    case 'demo':
      return `demo: ${chain.note() ?? 'recorded mainnet trades'}; set SOLANA_RPC_ENDPOINTS or HELIUS_API_KEY for the real one`;
    case 'rpc':
      return `Solana by ${chain.endpoints.map((endpoint) => endpoint.name).join(', ')}`;
    case 'off':
      return 'not read; timers end by the shared clock alone';
  }
}
