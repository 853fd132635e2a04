/** Redis keys and channels of the admin room; what one script touches shares a hash slot. */
export interface AdminKeys {
  /** Wrong attempts of one address. */
  attemptsOf(address: string): string;
  /** Wrong attempts of all addresses. */
  readonly attempts: string;
  /** Mark of an address that was right before. */
  knownAddress(address: string): string;
  /** A token for one socket, by the hash of its text; lives for a minute. */
  ticket(hash: string): string;
  /** Channel on which keys and sessions that are revoked are told. */
  readonly revoked: string;
  /** Hash of what each instance tells of itself. */
  readonly instances: string;
  /** Mark that an administrator has confirmed the shared clock. */
  readonly clockConfirmed: string;
  /** Channel on which that is told. */
  readonly clockChannel: string;
}

/** Spells the keys; nothing else does. */
export function adminKeys(prefix: string): AdminKeys {
  return {
    attemptsOf: (address) => `${prefix}:{access}:wrong:${address}`,
    attempts: `${prefix}:{access}:wrong`,
    knownAddress: (address) => `${prefix}:{access}:known:${address}`,
    ticket: (hash) => `${prefix}:{access}:ticket:${hash}`,
    revoked: `${prefix}:{access}:revoked`,
    instances: `${prefix}:instances`,
    clockConfirmed: `${prefix}:clock-confirmed`,
    clockChannel: `${prefix}:clock`,
  };
}
