/** Redis keys of reading the chain; each pair in braces shares a hash slot, so that one script may touch both. */
export interface WatchKeys {
  /** Who leads; expires with the lease. */
  readonly lease: string;
  /** Counter of fencing tokens. No TTL. */
  readonly fencing: string;
  /** What the leader observed last; expires soon after it stops. */
  readonly observed: string;
  /** Stream of webhook bodies that wait for the leader. */
  readonly inbox: string;
  /** What we know of our webhook at the provider. No TTL. */
  readonly registration: string;
}

/** Spells the keys; nothing else does. */
export function watchKeys(prefix: string): WatchKeys {
  return {
    lease: `${prefix}:{lease}:holder`,
    fencing: `${prefix}:{lease}:fencing`,
    observed: `${prefix}:{lease}:observed`,
    inbox: `${prefix}:{webhook}:inbox`,
    registration: `${prefix}:{webhook}:registration`,
  };
}
