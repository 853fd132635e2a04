import { AppError } from '../platform/app-error';

/**
 * What can go wrong in the demo chain itself: a tape entry that is no transaction, a tape without a trade, a state file that cannot be
 * read or written, a start option that makes no sense, a port that cannot be had.
 */
export class DemoError extends AppError<
  | 'DEMO_TAPE_MALFORMED'
  | 'DEMO_TAPE_MISSING'
  | 'DEMO_STATE_MALFORMED'
  | 'DEMO_STATE_FAILED'
  | 'DEMO_OPTION_INVALID'
  | 'DEMO_LISTEN_FAILED'
> {}
