/** All Redis names of the alerts; the braces put them into one hash slot. */
export interface AlertKeys {
  /** Hash: alert by its key while it fires. No TTL. */
  readonly firing: string;
  /** Hash: notice by its id until the queue has it. No TTL. */
  readonly outbox: string;
  /** List: alerts that are over, newest first, bounded. */
  readonly past: string;
  /** Hash: context of the last event by rule. */
  readonly last: string;
  /** Pub/sub channel of alerts that fired or recovered. */
  readonly channel: string;
  /** Sorted set of the instances that read an alert, score = until when that holds, ms. */
  seen(key: string): string;
  /** Mark: an occurrence is over. */
  over(id: string): string;
  /** What became of the firing notice of an occurrence on a channel. */
  told(id: string, channel: string): string;
  /** Number of events of a rule in a slice of time. */
  count(rule: string, slice: number): string;
}

/** Spells the names; nothing else does. */
export function alertKeys(prefix: string): AlertKeys {
  const key = (name: string): string => `${prefix}:{alerts}:${name}`;
  return {
    firing: key('firing'),
    outbox: key('outbox'),
    past: key('past'),
    last: key('last'),
    channel: key('changes'),
    seen: (alert) => key(`seen:${alert}`),
    over: (id) => key(`over:${id}`),
    told: (id, channel) => key(`told:${id}:${channel}`),
    count: (rule, slice) => key(`count:${rule}:${slice}`),
  };
}
