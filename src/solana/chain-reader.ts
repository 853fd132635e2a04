import type { Commitment, ReadCommitment } from './domain/commitment';

/** One row of an address's list; newest rows come first. */
export interface SignatureRow {
  readonly signature: string;
  readonly slot: number;
  /** True where the transaction failed; such rows are never fetched. */
  readonly hasFailed: boolean;
  /** Solana's clock, whole seconds; null where the node does not tell it. */
  readonly blockTimeSec: number | null;
}

/** Which part of an address's list is asked for. */
export interface ListQuery {
  /** 1 to 1,000. */
  readonly limit: number;
  readonly commitment: ReadCommitment;
  /** Only rows older than this signature; an unknown one gives an empty list. */
  readonly before?: string;
  /** The node refuses (`SOLANA_SLOT_NOT_FOUND`) while it has not reached this slot. */
  readonly minContextSlot?: number;
}

/** What the product reads from the chain. Every method throws SolanaError and honours its signal. */
export interface ChainReader {
  /** Newest slot at a commitment. */
  slot(commitment: Commitment, signal?: AbortSignal): Promise<number>;
  /** Block time of a slot in whole seconds; null where the slot has no block or no time. */
  blockTime(slot: number, signal?: AbortSignal): Promise<number | null>;
  signatures(address: string, query: ListQuery, signal?: AbortSignal): Promise<readonly SignatureRow[]>;
  /** The payload as the RPC gives it, with plain numbers; null where it is not found or not yet confirmed. */
  transaction(signature: string, commitment: ReadCommitment, signal?: AbortSignal): Promise<unknown>;
  /** Signatures of a slot's block in block order. @throws SOLANA_BLOCK_MISSING */
  blockSignatures(slot: number, signal?: AbortSignal): Promise<readonly string[]>;
}

/** One endpoint; a call to it is one request without repetition. */
export interface ChainEndpoint extends ChainReader {
  /** Safe to log: no path, no query. */
  readonly name: string;
  /** False while it is given a rest after failures, or asked for one. */
  readonly isUsable: boolean;
  /** Ms since the first of its failures in a row; 0 while its last call was answered. */
  readonly failingForMs: number;
  /** The lowest slot whose block it holds. */
  firstSlot(signal?: AbortSignal): Promise<number>;
}

/** All endpoints in order of preference; its own reads go to the first that answers. */
export interface ChainSource extends ChainReader {
  readonly endpoints: readonly ChainEndpoint[];
  /**
   * Runs a task of several reads against one endpoint, and all of it again against the next where that fails.
   *
   * @throws SolanaError of the last failure once every endpoint has failed as often as allowed
   */
  withEndpoint<T>(task: (endpoint: ChainEndpoint) => Promise<T>, signal?: AbortSignal): Promise<T>;
}
