import { firstSettings } from '../../src/settings/domain/first-settings';
import type { MonitoringSettings } from '../../src/settings/domain/settings';
import type { BudgetState } from '../../src/solana/domain/budget';
import type { ReadingPolicy } from '../../src/solana/reading-policy';

/** What a test decides of a policy. */
export type PolicyChoice = Partial<Omit<MonitoringSettings, 'budget'>> & {
  readonly budget?: BudgetState;
  readonly viewers?: number;
  readonly isPushed?: boolean;
};

const FIRST = firstSettings({
  chainReadingEnabled: true,
  heliusWebhookMode: false,
  rateLimitMaxRequests: 100,
  rateLimitWindowMs: 60_000,
  rateLimitingEnabled: true,
  solanaPollingIntervalMs: null,
}).monitoring;

/** The settings of a first start, with differences; nobody watches and nothing is pushed unless said. */
export function readingPolicy({
  budget = 'free',
  viewers = 0,
  isPushed = false,
  ...rest
}: PolicyChoice = {}): ReadingPolicy {
  const monitoring = { ...FIRST, ...rest };
  return {
    monitoring: () => monitoring,
    budget: () => budget,
    viewers: () => viewers,
    isPushed: () => isPushed,
    isPushBehind: () => false,
    creditsExhausted: () => undefined,
  };
}
