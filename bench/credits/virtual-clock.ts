/** Time of a simulation, epoch ms. It moves when it is told to, and never back. */
export class VirtualClock {
  constructor(private ms: number) {}

  get nowMs(): number {
    return this.ms;
  }

  /** Time passes up to `ms`; nothing where that is past. */
  passTo(ms: number): void {
    this.ms = Math.max(this.ms, ms);
  }
}

/** Numbers from [0, 1), the same for the same seed. */
export function drawFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
