import { AppError } from '../../platform/app-error';

/** What can go wrong when the chain is read; docs/errors.md says what an operator does. */
export type SolanaErrorCode =
  | 'SOLANA_RPC_FAILED'
  | 'SOLANA_RATE_EXCEEDED'
  | 'SOLANA_ACCESS_INVALID'
  | 'SOLANA_REQUEST_INVALID'
  | 'SOLANA_SLOT_NOT_FOUND'
  | 'SOLANA_LAG_EXCEEDED'
  | 'SOLANA_BLOCK_MISSING'
  | 'SOLANA_HISTORY_MISSING'
  | 'SOLANA_READ_FAILED'
  | 'SOLANA_TRANSACTION_MALFORMED'
  | 'SOLANA_CREDITS_EXCEEDED'
  | 'SOLANA_WEBHOOK_NOT_FOUND'
  | 'SOLANA_WEBHOOK_URL_MISSING';

/**
 * The one error class of the Solana room.
 *
 * `SOLANA_TRANSACTION_MALFORMED` carries `missing`: the paths that a payload lacks, such as `meta`.
 */
export class SolanaError extends AppError<SolanaErrorCode> {}
