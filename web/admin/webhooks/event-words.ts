/** Events that integrators can be told of, with their names in bodies. */
export const EVENTS = [
  ['TIMER_RESET', 'timer.reset', 'A trade or an admin moved the deadline.'],
  ['ROUND_ENDED', 'round.ended', 'A round ended, with or without a winner.'],
  ['TRADE_DETECTED', 'trade.detected', 'A trade was found, counting or not.'],
] as const;

/** One of `EVENTS`. */
export type EventName = (typeof EVENTS)[number][0];

/** `timer.reset` */
export function eventWord(event: EventName): string {
  return EVENTS.find(([name]) => name === event)?.[1] ?? event;
}
