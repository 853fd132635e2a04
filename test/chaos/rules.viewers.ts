import type { History, SeenBy, ToldState } from './history';

/** No viewer is told an older pair than before, whatever instance it is connected to. */
export function neverBack({ viewers }: History): string[] {
  return viewers.flatMap(({ name, states }) =>
    states.flatMap((state, at) => {
      const before = states[at - 1];
      if (before === undefined || compare(state, before) >= 0) return [];
      return [`${name} saw ${pairOf(state)} after ${pairOf(before)}`];
    }),
  );
}

/** A pair stands for one state, whoever tells it; only the passing of the deadline needs no change. */
export function sameForAll({ viewers, calm }: History): string[] {
  const first = new Map<string, { readonly name: string; readonly facts: string }>();
  const tellers = [{ name: 'the shared state', states: calm.shared }, ...viewers];
  return tellers.flatMap(({ name, states }) =>
    states.flatMap((state) => {
      const facts = factsOf(state);
      const other = first.get(pairOf(state));
      if (other === undefined) first.set(pairOf(state), { name, facts });
      if (other === undefined || other.facts === facts) return [];
      return [`${pairOf(state)} is ${other.facts} for ${other.name} and ${facts} for ${name}`];
    }),
  );
}

/** Once calm has returned every viewer shows each shared state, or a newer one, within the bound. */
export function agreesInCalm({ viewers, calm }: History): string[] {
  const { fromMs, toMs, withinMs, shared } = calm;
  if (shared.length === 0) return ['the shared state was never seen'];
  return viewers.flatMap((viewer) =>
    shared.flatMap((state, at) => {
      const sinceMs = Math.max(state.atMs, fromMs);
      const isReplaced = (shared[at + 1]?.atMs ?? Infinity) <= sinceMs + withinMs;
      // what is replaced sooner is judged by what replaced it
      if (isReplaced || sinceMs + withinMs > toMs) return [];
      const lateMs = shownAfter(viewer, state) - sinceMs;
      if (lateMs <= withinMs) return [];
      return [`${viewer.name} did not show ${pairOf(state)} for ${describe(lateMs)}`];
    }),
  );
}

/** When a viewer first showed the state or a newer one. */
function shownAfter({ states }: SeenBy, wanted: ToldState): number {
  return states.find((state) => compare(state, wanted) >= 0)?.atMs ?? Infinity;
}

function describe(ms: number): string {
  return Number.isFinite(ms) ? `${Math.round(ms)} ms` : 'ever';
}

function compare(a: ToldState, b: ToldState): number {
  return a.epoch - b.epoch || a.revision - b.revision;
}

function pairOf({ epoch, revision }: ToldState): string {
  return `(${epoch}, ${revision})`;
}

function factsOf({ status, round, deadline, lastTrade }: ToldState): string {
  const phase = status === 'SETTLING' ? 'RUNNING' : status;
  return `${phase} round ${round}, deadline ${deadline ?? 'none'}, last trade ${lastTrade ?? 'none'}`;
}
