/** Injection token of the queue of deliveries. */
export const WEBHOOK_QUEUE = Symbol('WEBHOOK_QUEUE');
/** Injection token of what makes deliveries. */
export const WEBHOOK_SENDER = Symbol('WEBHOOK_SENDER');
/** Injection token of the pace of deliveries, for tests that cannot wait as long. */
export const WEBHOOK_PACE = Symbol('WEBHOOK_PACE');
