/**
 * A surprise inside the service: something a healthy caller cannot cause. Each room has one subclass that names its
 * codes; what an operator does about a code is in docs/errors.md.
 *
 * `context` holds facts for the log (method, slot, attempt, …): never a secret and never a URL with credentials.
 */
export class AppError<Code extends string> extends Error {
  /**
   * @param code - stable code, `ROOM_SUBJECT_PROBLEM`; it is also the message
   * @param context - facts that help to understand the log line
   * @param options - `cause`: what was thrown below, kept as it was
   */
  constructor(
    readonly code: Code,
    readonly context: Record<string, unknown> = {},
    options?: { cause?: unknown },
  ) {
    super(code, options);
    this.name = new.target.name;
  }
}
