import type { Env } from '../../config/env';
import { DEFAULT_BOUNDS } from './settings';
import type { SettingsDocument } from './settings';

/** What the first values are made of. */
export type FirstValues = Pick<
  Env,
  | 'chainReadingEnabled'
  | 'heliusWebhookMode'
  | 'rateLimitMaxRequests'
  | 'rateLimitWindowMs'
  | 'rateLimitingEnabled'
  | 'solanaPollingIntervalMs'
> &
  Partial<Pick<Env, 'nodeEnv'>>;

/** A variable of the environment that is not what is in force. */
export interface Difference {
  /** Name of the variable. */
  readonly variable: string;
  /** Dotted path of the setting. */
  readonly path: string;
  /** What the environment says; null: nothing. */
  readonly environment: boolean | number | null;
  /** What is in force. */
  readonly setting: boolean | number | null;
}

/** Room for a hall behind one address that comes back at once, and for a storm of trades. */
const FIRST_LIMITS = {
  keyMaxRequests: 600,
  adminMaxChanges: 60,
  webhookMaxRequests: 60_000,
  maxConnects: 3_000,
  maxSubscribes: 6_000,
  operationTimeoutMs: 10_000,
};

/** The settings of the first start. */
export function firstSettings(env: FirstValues): SettingsDocument {
  return {
    monitoring: {
      mode: 'BALANCED',
      fixedIntervalMs: env.solanaPollingIntervalMs,
      bounds: DEFAULT_BOUNDS,
      completeness: 'FULL',
      sources: { webhook: env.heliusWebhookMode, websocket: false },
      isReadingEnabled: env.chainReadingEnabled,
      budget: { creditsPerMonth: null, softRatio: 0.8, hardRatio: 1 },
      planName: null,
    },
    limits: {
      isEnabled: env.rateLimitingEnabled,
      maxRequests: env.rateLimitMaxRequests,
      windowMs: env.rateLimitWindowMs,
      ...FIRST_LIMITS,
      isIntrospectionEnabled: env.nodeEnv !== 'production',
    },
    history: { retentionMonths: null },
    alerts: { rules: {}, quietHours: null },
  };
}

/** Each setting whose first value comes from a variable, with that variable's name. */
const sources: readonly {
  readonly variable: string;
  readonly path: string;
  readonly read: (document: SettingsDocument) => boolean | number | null;
}[] = [
  {
    variable: 'CHAIN_READING_ENABLED',
    path: 'monitoring.isReadingEnabled',
    read: ({ monitoring }) => monitoring.isReadingEnabled,
  },
  {
    variable: 'SOLANA_POLLING_INTERVAL',
    path: 'monitoring.fixedIntervalMs',
    read: ({ monitoring }) => monitoring.fixedIntervalMs,
  },
  {
    variable: 'HELIUS_WEBHOOK_MODE',
    path: 'monitoring.sources.webhook',
    read: ({ monitoring }) => monitoring.sources.webhook,
  },
  { variable: 'RATE_LIMITING_ENABLED', path: 'limits.isEnabled', read: ({ limits }) => limits.isEnabled },
  {
    variable: 'RATE_LIMIT_MAX_REQUESTS',
    path: 'limits.maxRequests',
    read: ({ limits }) => limits.maxRequests,
  },
  { variable: 'RATE_LIMIT_WINDOW_MS', path: 'limits.windowMs', read: ({ limits }) => limits.windowMs },
];

/** Which variables differ from what is in force; one that is unset differs from nothing. */
export function differencesOf(
  env: FirstValues & Pick<Env, 'givenNames'>,
  inForce: SettingsDocument,
): Difference[] {
  const first = firstSettings(env);
  return sources
    .filter(({ variable }) => env.givenNames.includes(variable))
    .map(({ variable, path, read }) => ({ variable, path, environment: read(first), setting: read(inForce) }))
    .filter(({ environment, setting }) => environment !== setting);
}
