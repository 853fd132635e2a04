import { createHash } from 'node:crypto';
import { encodeBase58 } from './base58';
import { blockOf, blockTimeOf, bodyOf } from './block';
import type { Chain } from './chain';
import { readBase58, readConfig, readSlot } from './read-rpc-params';
import { minContextSlotNotReached, nodeBehind, RpcRefusal } from './rpc-refusal';
import { blockHeightOf } from './slots';

/** Answers one call; a refusal becomes the error of the answer. */
export type RpcMethod = (chain: Chain, params: readonly unknown[]) => unknown;

/** Slots behind the chain from which on a node calls itself unhealthy. */
const HEALTHY_SLOTS = 128;

const GENESIS_HASH = encodeBase58(createHash('sha256').update('darwin-timer demo chain').digest());

/** The methods of the demo's node, by the names a Solana node gives them. */
export const RPC_METHODS: ReadonlyMap<string, RpcMethod> = new Map<string, RpcMethod>([
  ['getSlot', (chain, params) => slotOf(chain, params[0])],
  ['getBlockHeight', getBlockHeight],
  ['getFirstAvailableBlock', (chain) => chain.firstSlot],
  ['getBlockTime', getBlockTime],
  ['getBlock', getBlock],
  ['getSignaturesForAddress', getSignaturesForAddress],
  ['getTransaction', getTransaction],
  ['getHealth', getHealth],
  ['getVersion', () => ({ 'solana-core': 'demo', 'feature-set': 0 })],
  ['getGenesisHash', () => GENESIS_HASH],
]);

function slotOf(chain: Chain, configParam: unknown): number | RpcRefusal {
  const config = readConfig(configParam);
  if (config instanceof RpcRefusal) return config;
  const slot = chain.slot(config.commitment);
  return slot < (config.minContextSlot ?? 0) ? minContextSlotNotReached(slot) : slot;
}

function getBlockHeight(chain: Chain, params: readonly unknown[]): number | RpcRefusal {
  const slot = slotOf(chain, params[0]);
  return slot instanceof RpcRefusal ? slot : blockHeightOf(slot);
}

function getBlockTime(chain: Chain, params: readonly unknown[]): number | RpcRefusal {
  const slot = readSlot(params[0]);
  return slot instanceof RpcRefusal ? slot : blockTimeOf(chain, slot);
}

function getBlock(chain: Chain, params: readonly unknown[]): unknown {
  const slot = readSlot(params[0]);
  const config = readConfig(params[1]);
  if (slot instanceof RpcRefusal) return slot;
  return config instanceof RpcRefusal ? config : blockOf(chain, slot, config);
}

function getSignaturesForAddress(chain: Chain, params: readonly unknown[]): unknown {
  const address = readBase58(params[0], 32);
  const config = readConfig(params[1]);
  if (address instanceof RpcRefusal) return address;
  return config instanceof RpcRefusal ? config : chain.signaturesFor(address, config);
}

function getTransaction(chain: Chain, params: readonly unknown[]): unknown {
  const signature = readBase58(params[0], 64);
  const config = readConfig(params[1]);
  if (signature instanceof RpcRefusal) return signature;
  if (config instanceof RpcRefusal) return config;
  const row = chain.transaction(signature, config.commitment);
  return row === null || row instanceof RpcRefusal ? row : bodyOf(row, config.maxVersion);
}

function getHealth(chain: Chain): 'ok' | RpcRefusal {
  const behind = chain.newestSlot - chain.seenSlot;
  return behind > HEALTHY_SLOTS ? nodeBehind(behind) : 'ok';
}
