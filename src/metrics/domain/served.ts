import { signals } from './signals';

/** What an HTTP answer has to offer to be counted. */
export interface CountedAnswer {
  readonly statusCode: number;
  once(event: 'finish', listener: () => void): unknown;
}

/** On an answer that is counted already: a middleware may stand in front of the one that counts all others. */
const IS_COUNTED = Symbol('is counted');

/** Tells, once the answer is given, how the request for `url` ended; whoever asks twice is counted once. */
export function tellWhenServed(url: string, response: CountedAnswer): void {
  if (Reflect.has(response, IS_COUNTED)) return;
  Reflect.set(response, IS_COUNTED, true);
  response.once('finish', () => {
    const { statusCode: status } = response;
    signals.served.tell({ url, status });
    signals.answered.tell({ kind: 'http', isOwnFault: status >= 500 && status !== 503 });
  });
}
