/** How one part, or the whole, is. */
export type Health = 'healthy' | 'degraded' | 'unhealthy';

/** How one service is, with facts for people. */
export interface ServiceHealth {
  readonly status: Health;
  /** What is wrong, for people; absent where nothing is. */
  readonly problem?: string;
  readonly [fact: string]: unknown;
}

/** Which chain moves the timers. */
export interface Chain {
  readonly kind: 'demo' | 'rpc' | 'off' | 'unknown';
  /** For people: what the demo chain plays, or what is wrong; null where there is nothing to say. */
  readonly note: string | null;
}

/** Everything that is known about the instance, before it is judged. */
export interface Findings {
  /** Shared time, ISO 8601. */
  readonly timestamp: string;
  readonly services: Readonly<Record<'timer' | 'redis' | 'postgres' | 'solana' | 'history', ServiceHealth>>;
  readonly environment: { readonly nodeEnv: string };
  readonly instanceId: string;
  readonly roles: readonly string[];
  readonly chain: Chain;
}

/** The whole picture. */
export interface HealthPicture extends Findings {
  readonly status: Health;
}

/**
 * Judges the whole: unhealthy only where there is no timer to show; any other fault leaves it degraded, since
 * countdowns go on without Redis, Postgres or the chain.
 */
export function pictureOf(findings: Findings): HealthPicture {
  const { services } = findings;
  const isWell = Object.values(services).every(({ status }) => status === 'healthy');
  const status = services.timer.status === 'unhealthy' ? 'unhealthy' : isWell ? 'healthy' : 'degraded';
  return { status, ...findings };
}
