import { TRUST_LIMITS } from './domain/push-trust';
import type { TrustLimits } from './domain/push-trust';
import { PROCESS_CLOCK } from './reading-policy';
import type { ReaderClock } from './reading-policy';
import { RPC_LIMITS } from './rpc/chain-source';

/** Injection token of {@link ReadingPace}, for tests that cannot wait as long. */
export const READING_PACE = Symbol('READING_PACE');

/** How patient the reader is with endpoints and with pushes. */
export interface ReadingPace {
  readonly rpc: typeof RPC_LIMITS;
  readonly trust: TrustLimits;
  /** Its random part is how long the reader rests after a failure. */
  readonly clock: ReaderClock;
}

/** The pace in production. */
export const READING_PACE_DEFAULT: ReadingPace = {
  rpc: RPC_LIMITS,
  trust: TRUST_LIMITS,
  clock: PROCESS_CLOCK,
};
