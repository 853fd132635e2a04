import type { ConfigChange, TimerState, WatchChange } from './timer';

type Watched = Pick<TimerState, 'pools' | 'learned'>;

/** So many addresses are learned at most: each costs a call with every look. */
export const MAX_LEARNED = 8;
/** So many addresses may be read beside the mint. */
export const MAX_POOLS = 50;

/** The addresses after an admin's change. A new token begins without any: pools belong to a mint. */
export function watchedAfter(state: TimerState, change: ConfigChange): Watched {
  const { pools, learned, current } = state;
  const { tokenAddress, watch } = change;
  if (tokenAddress !== undefined && tokenAddress !== current.tokenAddress) return { pools: [], learned: [] };
  if (watch === undefined) return { pools, learned };
  const gone = new Set(watch.remove);
  const given = watch.add.filter((address) => address !== current.tokenAddress);
  return {
    pools: [...new Set([...pools, ...given])].filter((address) => !gone.has(address)),
    // what an admin has named is not dropped for being quiet
    learned: learned.filter((address) => !gone.has(address) && !given.includes(address)),
  };
}

/**
 * The addresses after the reader has learned from trades, or found some quiet.
 *
 * @returns null where nothing changes: what is known, the mint, what an admin gave, and what is too much
 */
export function watchedByReader(state: TimerState, { add, remove }: WatchChange): Watched | null {
  const { pools, learned, current } = state;
  const gone = learned.filter((address) => remove.includes(address));
  const kept = learned.filter((address) => !gone.includes(address));
  const fresh = [...new Set(add)]
    .filter((address) => address !== current.tokenAddress && !pools.includes(address))
    .slice(0, Math.max(0, Math.min(MAX_LEARNED - kept.length, MAX_POOLS - pools.length)));
  if (gone.length === 0 && fresh.length === 0) return null;
  return {
    pools: [...pools.filter((address) => !gone.includes(address)), ...fresh],
    learned: [...kept, ...fresh],
  };
}
