/** An error answer of the JSON-RPC protocol, with the code a Solana node gives in the same case. */
export class RpcRefusal {
  /**
   * @param code - code of the JSON-RPC standard or of a Solana node
   * @param message - what a client reads
   * @param data - facts beside it, e.g. `{ contextSlot }`; left out where undefined
   */
  constructor(
    readonly code: number,
    readonly message: string,
    readonly data?: unknown,
  ) {}
}

/** Parameters a node would not accept. */
export function invalidParams(message: string): RpcRefusal {
  return new RpcRefusal(-32602, message);
}

/** The block was pruned; `firstSlot` is the lowest slot still held. */
export function blockCleanedUp(slot: number, firstSlot: number): RpcRefusal {
  const message = `Block ${String(slot)} cleaned up, does not exist on node. First available block: ${String(firstSlot)}`;
  return new RpcRefusal(-32001, message);
}

/** The slot has not reached the asked commitment yet. */
export function blockNotAvailable(slot: number): RpcRefusal {
  return new RpcRefusal(-32004, `Block not available for slot ${String(slot)}`);
}

/** The node is too far behind the cluster to be called healthy. */
export function nodeBehind(numSlotsBehind: number): RpcRefusal {
  return new RpcRefusal(-32005, `Node is behind by ${String(numSlotsBehind)} slots`, { numSlotsBehind });
}

/** The slot has no block. */
export function slotSkipped(slot: number): RpcRefusal {
  return new RpcRefusal(
    -32007,
    `Slot ${String(slot)} was skipped, or missing due to ledger jump to recent snapshot`,
  );
}

/** The client did not say that it understands transactions of this version. */
export function unsupportedVersion(version: number): RpcRefusal {
  return new RpcRefusal(
    -32015,
    `Transaction version (${String(version)}) is not supported by the requesting client. ` +
      'Please try the request again with the following configuration parameter: ' +
      `"maxSupportedTransactionVersion": ${String(version)}`,
  );
}

/** The node has not reached the slot that the client demands. */
export function minContextSlotNotReached(contextSlot: number): RpcRefusal {
  return new RpcRefusal(-32016, 'Minimum context slot has not been reached', { contextSlot });
}
