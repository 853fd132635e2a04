/** What is limited apart from each other. */
export const LIMIT_KINDS = ['public', 'key', 'admin', 'webhook', 'connect', 'subscribe'] as const;

/**
 * public: requests of an address; key: requests of somebody who was let in; admin: changes of somebody who was let in;
 * webhook: pushes of an address; connect: sockets that an address opens; subscribe: operations that it begins on them.
 */
export type LimitKind = (typeof LIMIT_KINDS)[number];

/** How much one client may spend in a window that slides. */
export interface Quota {
  readonly limit: number;
  readonly windowMs: number;
}

/** The limits in force; they change while the service runs. */
export interface LimitRules {
  /** The quota of a kind; null: nobody is limited. */
  quotaOf(kind: LimitKind): Quota | null;
}

/** A port: the room that knows the limits in force provides `LimitRules` under this name. */
export const LIMIT_RULES = Symbol('LIMIT_RULES');

/** What became of one attempt to spend. */
export interface Verdict {
  readonly isAllowed: boolean;
  /** Spent in the window, this attempt included if it was allowed. */
  readonly spent: number;
  /** Refused: ms until the same can succeed. Allowed: ms until the oldest expense leaves the window. */
  readonly waitMs: number;
}
