/** How well the shared clock is known. */
export interface ClockEstimate {
  /** Shared time minus the device's monotonic clock, ms. */
  readonly offsetMs: number;
  /** The shared time that is shown is off by at most this, ms. */
  readonly errorMs: number;
  /** The shortest round trip of the window, which the estimate is made of, ms. */
  readonly roundTripMs: number;
}

interface Sample {
  readonly offset: number;
  readonly roundTrip: number;
  readonly takenAt: number;
}

/** Samples that are kept; the best of them counts. */
const WINDOW = 8;
/** Most that an operating system slews a clock: 500 in a million. */
const DRIFT = 500e-6;
/** Servers tell whole milliseconds, and on a quiet network know the shared clock about as well as this themselves. */
const SERVER_PRECISION_MS = 5;
/** The shown clock runs at most this much faster or slower to come to a better estimate … */
const SLEW = 0.05;
/** … and is set where it would take too long. */
const LARGEST_SLEW_MS = 500;
/** How much later than we believed the shared time may be before we believe nothing that we have. */
const TOLERANCE_MS = 50;

/**
 * Estimates the shared clock on a monotonic clock of its own, whatever the wall clock of the device says.
 *
 * Of the round trips of a sliding window the shortest counts: its middle is off by at most half of it. Old ones count as
 * longer, by what the device's clock may have drifted since. What is shown moves to a better estimate by running a
 * little faster or slower, so that no countdown jumps.
 */
export class SharedClock {
  private samples: Sample[] = [];
  /** From the earliest message that was only received: late by its way; null once a round trip is known. */
  private guess: number | null = null;
  private shown: { readonly offset: number; readonly at: number } | null = null;

  /** @param monotonic - ms, never set */
  constructor(private readonly monotonic: () => number) {}

  /**
   * Takes one question and its answer; times of the monotonic clock.
   *
   * @returns false where it contradicts what was believed, which is forgotten then
   */
  add(sentAt: number, receivedAt: number, serverTime: number): boolean {
    const roundTrip = receivedAt - sentAt;
    if (!(roundTrip >= 0)) return true;
    const sample = { offset: serverTime + 0.5 - (sentAt + receivedAt) / 2, roundTrip, takenAt: receivedAt };
    const best = this.best();
    const fits =
      best === null ||
      Math.abs(best.offset - sample.offset) <= this.errorOf(best) + this.errorOf(sample) + TOLERANCE_MS;
    this.samples = fits ? [...this.samples, sample].slice(-WINDOW) : [sample];
    this.guess = null;
    return fits;
  }

  /**
   * Takes a message that was only received: the shared time is not before `serverTime` now.
   *
   * @returns false where that contradicts what was believed; a round trip is needed then
   */
  hear(serverTime: number): boolean {
    const offset = serverTime - this.monotonic();
    const best = this.best();
    if (best !== null) return offset <= best.offset + this.errorOf(best) + TOLERANCE_MS;
    if (this.guess === null || offset > this.guess) this.guess = offset;
    return true;
  }

  /** Believes nothing of before: the device may have slept. What is shown goes on until there is something better. */
  forget(): void {
    this.samples = [];
    this.guess = null;
  }

  /** Shared time now, epoch ms; null while nothing is known. It never goes back unless it is set. */
  now(): number | null {
    const offset = this.shownOffset();
    return offset === null ? null : this.monotonic() + offset;
  }

  /** How well it is known; null before the first round trip, and after `forget` until the next. */
  get estimate(): ClockEstimate | null {
    const best = this.best();
    const offsetMs = this.shownOffset();
    if (best === null || offsetMs === null) return null;
    const errorMs = this.errorOf(best) + Math.abs(offsetMs - best.offset);
    return { offsetMs, errorMs, roundTripMs: best.roundTrip };
  }

  private best(): Sample | null {
    let best: Sample | null = null;
    for (const sample of this.samples) {
      if (best === null || this.errorOf(sample) <= this.errorOf(best)) best = sample;
    }
    return best;
  }

  private errorOf({ roundTrip, takenAt }: Sample): number {
    return roundTrip / 2 + SERVER_PRECISION_MS + Math.max(0, this.monotonic() - takenAt) * DRIFT;
  }

  private shownOffset(): number | null {
    const target = this.best()?.offset ?? this.guess;
    const at = this.monotonic();
    if (target === null) return this.shown?.offset ?? null;
    const { shown } = this;
    const gap = shown === null ? 0 : target - shown.offset;
    const step = shown === null ? 0 : Math.max(0, at - shown.at) * SLEW;
    const isSet = shown === null || Math.abs(gap) <= step || Math.abs(gap) > LARGEST_SLEW_MS;
    const offset = isSet ? target : shown.offset + Math.sign(gap) * step;
    this.shown = { offset, at };
    return offset;
  }
}
