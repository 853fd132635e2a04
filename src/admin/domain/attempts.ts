/** What became of an attempt to come in by a secret that could be guessed. */
export interface AttemptVerdict {
  /** Limited ones are not told whether they were right. */
  readonly tag: 'right' | 'wrong' | 'address_limit' | 'total_limit';
  /** Limited: ms until another attempt can be judged; else 0. */
  readonly waitMs: number;
  /** Wrong attempts of the address in the window, this one included where it is wrong. */
  readonly count: number;
}

/** How many wrong attempts are judged. */
export interface AttemptLimits {
  readonly windowMs: number;
  readonly perAddress: number;
  readonly inTotal: number;
  /** For how long an address that was right is not held up by the wrong attempts of others. */
  readonly knownForMs: number;
  /** How long the first wrong attempt waits for its answer; each further one as long again. */
  readonly delayMs: number;
  readonly longestDelayMs: number;
}

/** The limits in force. */
export const ATTEMPT_LIMITS: AttemptLimits = {
  windowMs: 15 * 60_000,
  perAddress: 10,
  inTotal: 200,
  knownForMs: 30 * 86_400_000,
  delayMs: 200,
  longestDelayMs: 2_000,
};

/** How long a wrong attempt waits for its answer, after `count` wrong ones of its address. */
export function delayOf(count: number, { delayMs, longestDelayMs }: AttemptLimits): number {
  return Math.min(longestDelayMs, count * delayMs);
}
