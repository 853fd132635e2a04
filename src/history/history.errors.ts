import { AppError } from '../platform/app-error';

/**
 * Surprises of the history room.
 *
 * - `HISTORY_CURSOR_INVALID`: a cursor that no connection of this kind has given out
 * - `HISTORY_PAGE_INVALID`: `first` or `last` out of range, or both
 * - `HISTORY_FILTER_INVALID`: a filter that no row could be compared with; `context.field` names it
 * - `HISTORY_COST_EXCEEDED`: more was asked for than one request may; `context.field` and `problem` say what
 * - `HISTORY_STORE_FAILED`: Postgres cannot be used now
 * - `HISTORY_LOG_MISSING`: retention has dropped what a timer's log would begin with; `context.hint` says so
 * - `HISTORY_EXPORT_MALFORMED`: an exported log that is cut off; `context.hint` says so
 * - `HISTORY_ENTRY_MALFORMED`: a stream entry that is not a change record; `context.field` names the place
 */
export class HistoryError extends AppError<
  | 'HISTORY_CURSOR_INVALID'
  | 'HISTORY_PAGE_INVALID'
  | 'HISTORY_FILTER_INVALID'
  | 'HISTORY_COST_EXCEEDED'
  | 'HISTORY_STORE_FAILED'
  | 'HISTORY_LOG_MISSING'
  | 'HISTORY_EXPORT_MALFORMED'
  | 'HISTORY_ENTRY_MALFORMED'
> {}
