import { createHash } from 'node:crypto';
import { encodeBase58 } from './base58';
import type { Chain, ChainTransaction } from './chain';
import type { Commitment } from './commitment';
import {
  blockCleanedUp,
  blockNotAvailable,
  RpcRefusal,
  slotSkipped,
  unsupportedVersion,
} from './rpc-refusal';
import { blockHeightOf, blockTimeSecOf, isSkipped, producedAtOrBelow } from './slots';

/** How a block is asked for; without `maxVersion` the client understands legacy transactions only. */
export interface BlockQuery {
  readonly commitment: Commitment;
  readonly transactionDetails: 'full' | 'signatures' | 'none';
  readonly maxVersion?: number;
}

/**
 * The block of a slot as `getBlock` answers it. It holds the demo's own transactions and no others.
 *
 * @returns a refusal: −32004 not yet at the commitment, −32007 skipped, −32001 no longer held, −32015 a version not understood
 */
export function blockOf(chain: Chain, slot: number, query: BlockQuery): Record<string, unknown> | RpcRefusal {
  const height = chain.contextSlot(query.commitment);
  if (height instanceof RpcRefusal) return height;
  const missing = missingBlock(chain, slot, height);
  if (missing !== null) return missing;
  const parentSlot = slot === 0 ? 0 : producedAtOrBelow(slot - 1);
  const contents = contentsOf(chain.transactionsOf(slot), query);
  if (contents instanceof RpcRefusal) return contents;
  return {
    blockHeight: blockHeightOf(slot),
    blockTime: blockTimeSecOf(slot),
    blockhash: blockhashOf(slot),
    parentSlot,
    previousBlockhash: blockhashOf(parentSlot),
    rewards: [],
    ...contents,
  };
}

/** Block time of a slot in epoch seconds, or the refusal of a slot that is skipped, not held or above what the node has seen. */
export function blockTimeOf(chain: Chain, slot: number): number | RpcRefusal {
  return missingBlock(chain, slot, chain.slot('processed')) ?? blockTimeSecOf(slot);
}

/**
 * A transaction as `getTransaction` answers it: with its version where the client said which ones it understands.
 *
 * @returns −32015 where the client does not understand the version
 */
export function bodyOf(row: ChainTransaction, maxVersion?: number): Record<string, unknown> | RpcRefusal {
  const { body, version } = row.content;
  if (typeof version === 'number' && version > (maxVersion ?? -1)) return unsupportedVersion(version);
  return maxVersion === undefined ? without(body, ['version']) : { ...body, version };
}

function missingBlock(chain: Chain, slot: number, height: number): RpcRefusal | null {
  if (slot > height) return blockNotAvailable(slot);
  if (slot < chain.firstSlot) return blockCleanedUp(slot, chain.firstSlot);
  return isSkipped(slot) ? slotSkipped(slot) : null;
}

function contentsOf(
  rows: readonly ChainTransaction[],
  query: BlockQuery,
): Record<string, unknown> | RpcRefusal {
  if (query.transactionDetails === 'none') return {};
  if (query.transactionDetails === 'signatures') return { signatures: rows.map((row) => row.signature) };
  const transactions: Record<string, unknown>[] = [];
  for (const row of rows) {
    const body = bodyOf(row, query.maxVersion);
    if (body instanceof RpcRefusal) return body;
    transactions.push(without(body, ['slot', 'blockTime']));
  }
  return { transactions };
}

function without(body: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}

function blockhashOf(slot: number): string {
  return encodeBase58(
    createHash('sha256')
      .update(`demo block ${String(slot)}`)
      .digest(),
  );
}
