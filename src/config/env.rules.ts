import type { Values } from './env.schema';
import type { Secret } from './secret';

/** A variable and what is wrong with it; the phrase never quotes the value. */
export interface EnvProblem {
  readonly name: string;
  readonly problem: string;
}

const dayMs = 86_400_000;
const shortestProductionSecret = 16;
/** Least price of one `getSignaturesForAddress`, in credits (Helius, price list of mid-2026). */
const creditsPerLook = 1;

/** Rules between variables, all broken ones at once; production has more of them. */
export function findBrokenRules(values: Values): EnvProblem[] {
  const problems: EnvProblem[] = [];
  if (values.timerDefaultDurationMs > values.timerMaxDurationMs) {
    problems.push({ name: 'TIMER_DEFAULT_DURATION', problem: 'must not be larger than TIMER_MAX_DURATION' });
  }
  if (values.nodeEnv === 'production') problems.push(...findProductionProblems(values));
  return problems;
}

/** What is allowed but an operator should know; constant texts and numbers, no values of secrets. */
export function findWarnings(values: Values): string[] {
  const warnings: string[] = [];
  if (values.solanaPollingIntervalMs !== null) {
    const credits = Math.ceil(dayMs / values.solanaPollingIntervalMs) * creditsPerLook;
    warnings.push(
      `SOLANA_POLLING_INTERVAL turns smart polling off: at least ${credits} credits a day for each watched address`,
    );
  }
  if (values.heliusWebhookMode && values.heliusWebhookSecret === null) {
    warnings.push(
      'HELIUS_WEBHOOK_MODE is on without HELIUS_WEBHOOK_SECRET: nobody can tell who sends the pushes',
    );
  }
  return warnings;
}

function findProductionProblems(values: Values): EnvProblem[] {
  const problems: EnvProblem[] = [];
  const need = (name: string, value: Secret | null): void => {
    if (value === null) problems.push({ name, problem: 'must be set in production' });
  };
  need('REDIS_URL', values.redisUrl);
  need('DATABASE_URL', values.databaseUrl);
  need('ADMIN_SECRET', values.adminSecret);
  if (values.heliusWebhookMode) need('HELIUS_WEBHOOK_SECRET', values.heliusWebhookSecret);
  const adminSecrets = values.adminSecret?.reveal().split(',') ?? [];
  if (adminSecrets.some((secret) => secret.length < shortestProductionSecret)) {
    problems.push({
      name: 'ADMIN_SECRET',
      problem: `must have at least ${shortestProductionSecret} characters in production, each secret of it`,
    });
  }
  const hasChain = values.heliusApiKey !== null || values.solanaRpcEndpoints.length > 0;
  if (values.chainReadingEnabled && !hasChain) {
    problems.push({
      name: 'SOLANA_RPC_ENDPOINTS',
      problem: 'or HELIUS_API_KEY must be set in production, unless CHAIN_READING_ENABLED is false',
    });
  }
  return problems;
}
