import { AppError } from '../app-error';

/** An embedded server cannot be had. `context.hint` is the message for a person: what to install or to set. */
export class EmbeddedError extends AppError<
  | 'PLATFORM_REDIS_MISSING'
  | 'PLATFORM_REDIS_FAILED'
  | 'PLATFORM_POSTGRES_MISSING'
  | 'PLATFORM_POSTGRES_MISMATCH'
  | 'PLATFORM_POSTGRES_FAILED'
  | 'PLATFORM_DATA_DIR_FAILED'
> {}
