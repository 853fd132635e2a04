/** Where and when something stands in the chain. */
export interface ChainPlace {
  readonly slot: number;
  /** Epoch ms. */
  readonly timeMs: number;
}

/** Slots take 400 ms, up to 600 when the cluster is busy; skipped ones count too. Bounds with room on both sides. */
const SLOT_MS = { shortest: 250, longest: 900 } as const;
/** Block times are whole seconds that validators agree on, and the known place may be a guess by the clock. */
const SLACK_MS = 120_000;

/** The slot that the chain has passed by now for certain, unless it stands still. */
export function leastSlotAt(nowMs: number, known: ChainPlace): number {
  return known.slot + Math.max(0, Math.floor((nowMs - known.timeMs - SLACK_MS) / SLOT_MS.longest));
}

/**
 * Whether a place can lie in the same chain as a known one: as many slots apart as the time between them allows.
 *
 * It tells a place that is made up from one that may be true; what is near is not proven by it.
 */
export function isPlausible(place: ChainPlace, known: ChainPlace): boolean {
  const slots = Math.abs(place.slot - known.slot);
  const apartMs = place.slot < known.slot ? known.timeMs - place.timeMs : place.timeMs - known.timeMs;
  return apartMs >= slots * SLOT_MS.shortest - SLACK_MS && apartMs <= slots * SLOT_MS.longest + SLACK_MS;
}
