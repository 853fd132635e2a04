/** A webhook as Helius keeps it. */
interface Kept {
  readonly active: boolean;
  readonly type: string;
  readonly transactionTypes: readonly string[];
  readonly addresses: readonly string[];
}

/**
 * How our webhook is not as it should be, in words; empty where it is.
 *
 * @param watched - addresses of all timers
 */
export function driftOf(kept: Kept, watched: readonly string[]): readonly string[] {
  const missing = watched.filter((address) => !kept.addresses.includes(address)).length;
  const extra = kept.addresses.filter((address) => !watched.includes(address)).length;
  return [
    ...(kept.active ? [] : ['it is switched off']),
    ...(kept.type === 'raw' ? [] : [`it delivers ${kept.type} bodies instead of raw ones`]),
    ...(kept.transactionTypes.includes('ANY') ? [] : ['it does not deliver all types of transactions']),
    ...(missing === 0
      ? []
      : [`${missing} watched ${missing === 1 ? 'address is' : 'addresses are'} missing`]),
    ...(extra === 0 ? [] : [`${extra} ${extra === 1 ? 'address is' : 'addresses are'} not watched any more`]),
  ];
}
