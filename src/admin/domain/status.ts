/** How something is. */
export type Health = 'healthy' | 'degraded' | 'unhealthy';

/** What an instance tells of itself every two seconds. */
export interface InstanceReport {
  readonly id: string;
  readonly roles: readonly string[];
  readonly version: string;
  readonly nodeVersion: string;
  readonly startedAtMs: number;
  /** Shared time of the report. */
  readonly atMs: number;
  readonly isLeader: boolean;
  readonly isClockSuspect: boolean;
  /** Open GraphQL sockets. */
  readonly sockets: number;
  readonly memoryBytes: number;
  /** Largest delay of the event loop since the report before. */
  readonly eventLoopDelayMs: number;
}

/** A server, as seen by the instance that asks. */
export interface ServerStatus {
  readonly health: Health;
  /** Null: no answer. */
  readonly latencyMs: number | null;
  /** Null: nothing is wrong. */
  readonly problem: string | null;
}

/** One part of the whole, as far as judging the whole goes. */
export interface Part {
  readonly name: string;
  readonly health: Health;
  readonly problem: string | null;
}

/** How long an instance may be silent before it counts as lost. */
export const ALIVE_WITHIN_MS = 10_000;
/** How long a lost instance is shown. */
export const SHOWN_FOR_MS = 600_000;

/** Whether an instance that reported then is alive at `nowMs`. */
export function isAlive({ atMs }: Pick<InstanceReport, 'atMs'>, nowMs: number): boolean {
  return nowMs - atMs <= ALIVE_WITHIN_MS;
}

/** The whole by its parts: unhealthy only where no timer can be shown, since countdowns go on without all the rest. */
export function wholeOf(parts: readonly Part[], hasTimers: boolean): { health: Health; problems: string[] } {
  const problems = parts
    .filter(({ health }) => health !== 'healthy')
    .map(({ name, problem }) => `${name}: ${problem ?? 'cannot be used'}`);
  if (!hasTimers) return { health: 'unhealthy', problems: ['timers: no state is known', ...problems] };
  return { health: problems.length === 0 ? 'healthy' : 'degraded', problems };
}
