/** Why something did not work. */
export interface Problem {
  /** `extensions.code` of the API, such as NOT_FOUND or RATE_LIMITED; CONNECTION where no answer came. */
  readonly code: string;
  readonly message: string;
  /** When it may be asked again, ms; null where nothing was said. */
  readonly retryAfterMs: number | null;
}

/** An answer that did not come, or was a refusal. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** Nothing was answered. */
export function lostConnection(message: string): Problem {
  return { code: 'CONNECTION', message, retryAfterMs: null };
}

/** Reads what a socket or GraphQL told: a list of errors, a close event, or an error of the socket. */
export function problemOf(told: unknown): Problem {
  const first: unknown = Array.isArray(told) ? told[0] : told;
  const extensions = read(first, 'extensions');
  const code = read(extensions, 'code');
  const message = read(first, 'message') ?? read(first, 'reason');
  const retryAfterMs = read(extensions, 'retryAfterMs');
  return {
    code: typeof code === 'string' ? code : 'CONNECTION',
    message: typeof message === 'string' && message !== '' ? message : 'the connection was lost',
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null,
  };
}

function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
