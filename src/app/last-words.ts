import { setTimeout as delay } from 'node:timers/promises';
import { signals } from '../metrics/domain/signals';
import type { Log } from '../platform/logging/logger';

/** Where exceptions that nobody caught come up; the process, or a stand-in. */
export interface ExceptionSource {
  on(event: 'uncaughtException', listener: (err: unknown, origin: string) => void): unknown;
}

/** What is done before the process ends. */
export interface LastWords {
  readonly log: Pick<Log, 'error'>;
  /** Gives what was counted to the other instances, which alert. */
  readonly tell: () => Promise<void>;
  /** Stops the service in order and ends the process with an error. */
  readonly end: () => Promise<void>;
}

const TELL_WITHIN_MS = 3_000;

/**
 * An exception that nobody caught leaves a state that nobody knows: it is logged, alerted, and ends the process, which
 * whoever runs it starts again. A promise that was rejected without a handler counts as one.
 */
export function speakLastWords(source: ExceptionSource, { log, tell, end }: LastWords): void {
  let isEnding = false;
  source.on('uncaughtException', (err, origin) => {
    log.error({ err, origin }, 'exception was not caught');
    const name = err instanceof Error ? err.name : typeof err;
    signals.incident.tell({ rule: 'uncaught-exception', context: { name, origin } });
    if (isEnding) return;
    isEnding = true;
    void Promise.race([tell().catch(() => undefined), delay(TELL_WITHIN_MS)]).then(end);
  });
}
