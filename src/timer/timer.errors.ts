import { AppError } from '../platform/app-error';

/** Surprises in the timer room; refusals that a healthy caller can meet are values. */
export class TimerError extends AppError<
  | 'TIMER_STATE_MISSING'
  | 'TIMER_STATE_MALFORMED'
  | 'TIMER_CHANGES_EXCEEDED'
  | 'TIMER_COMMIT_FAILED'
  | 'TIMER_LEDGER_FAILED'
  | 'TIMER_RECOVERY_FAILED'
> {}
