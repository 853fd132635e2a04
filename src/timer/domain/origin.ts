/** What led to a write: for logs and traces alone, nothing is decided by it. */
export interface Cause {
  /** Names of the requests, or of the look at the chain, that brought it. */
  readonly requestIds: readonly string[];
  /** W3C trace contexts of what led to it; none while no traces are made. */
  readonly traceparents: readonly string[];
}

/** Where a commit came from, as its change record tells it. */
export interface Origin {
  readonly requestIds: readonly string[];
  /** W3C trace context of the commit; null while no traces are made. */
  readonly traceparent: string | null;
}
