import type { History } from './history';

/** An acknowledged change is kept for good; one that was refused is not kept. Without an answer it may be either. */
export function ordersHold({ orders, accepted }: History): string[] {
  return orders.flatMap(({ reason, outcome }) => {
    if (outcome === 'done' && !accepted.has(reason)) return [`"${reason}" was acknowledged and is lost`];
    if (outcome === 'refused' && accepted.has(reason)) return [`"${reason}" was refused and is in force`];
    return [];
  });
}
