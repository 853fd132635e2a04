/** All Redis keys of one timer; the braces put them into one hash slot, so that one script may touch them all. */
export interface TimerKeys {
  /** Hash: state document, commit number, fencing token. No TTL. */
  readonly state: string;
  /** Hash: log entry by its key; what the chain may still add to. No TTL. */
  readonly tail: string;
  /** Sorted set of trade keys, score = block time in ms; marks against counting twice. */
  readonly counted: string;
  /** Hash: cursor by address. No TTL. */
  readonly cursors: string;
  /** Stream of change records; the historian trims it. */
  readonly events: string;
  /** Pub/sub channel of change messages. */
  readonly channel: string;
}

/** Spells the keys of timer `id`; nothing else does. */
export function timerKeys(prefix: string, id: string): TimerKeys {
  const key = (name: string): string => `${prefix}:{${id}}:${name}`;
  return {
    state: key('state'),
    tail: key('tail'),
    counted: key('counted'),
    cursors: key('cursors'),
    events: key('events'),
    channel: key('changes'),
  };
}

/** Set of the ids of all timers. */
export function timersKey(prefix: string): string {
  return `${prefix}:timers`;
}
