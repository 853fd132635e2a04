/** Which chain moves the timers, as `/api/health` tells it. */
export interface Chain {
  readonly kind: string;
  /** For people; null where there is nothing to say. */
  readonly note: string | null;
}

/** Reads the answer of `/api/health`; null where it tells of no chain. */
export function readChain(text: string): Chain | null {
  return (JSON.parse(text) as { chain?: Chain }).chain ?? null;
}
