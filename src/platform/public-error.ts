/** Codes that callers meet, in GraphQL `extensions.code` and in the JSON of HTTP routes. */
export type PublicCode =
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'RATE_LIMITED'
  | 'SERVICE_UNAVAILABLE'
  | 'INTERNAL';

/** One thing that is wrong with an input. `path` is dotted, from the argument's name. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** What goes with a public error beside its code and message. */
export interface PublicDetails {
  /** Every problem of the input (BAD_USER_INPUT). */
  readonly fields?: readonly FieldProblem[];
  /** After how many ms a retry can succeed (RATE_LIMITED). */
  readonly retryAfterMs?: number;
}

/**
 * A refusal that the caller is told as it is. Its message is for people and never holds a secret, a stack or SQL.
 */
export class PublicError extends Error {
  /** @param options - `cause`: what was thrown below; only logged */
  constructor(
    readonly code: PublicCode,
    message: string,
    readonly details: PublicDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'PublicError';
  }
}

/** BAD_USER_INPUT with all problems at once. */
export function badInput(fields: readonly FieldProblem[]): PublicError {
  const text = fields.map(({ path, message }) => `${path} ${message}`).join('; ');
  return new PublicError('BAD_USER_INPUT', text === '' ? 'the input is not usable' : text, { fields });
}
