import type { Log } from '../../src/platform/logging/logger';

const nothing = (): void => undefined;

/** A log that keeps nothing, for suites that do not look at log lines. */
export const silentLog: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLog,
};
