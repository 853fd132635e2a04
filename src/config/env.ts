import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { findUnknownNames, retired } from './env.names';
import { findBrokenRules, findWarnings } from './env.rules';
import type { EnvProblem } from './env.rules';
import { schema } from './env.schema';
import type { Values } from './env.schema';

/** What is fixed at start: typed, frozen, units in the names. Secrets are `Secret`; null means unset. */
export type Env = Omit<Values, 'instanceId' | 'timerSettleMarginMs'> & {
  readonly instanceId: string;
  /** How far, in ms, the watermark must be past the deadline before a round may close. */
  readonly timerSettleMarginMs: number;
  /** Names of the variables that are set, to tell them from defaults. */
  readonly givenNames: readonly string[];
};

/** The environment cannot be used. The message has one line per variable, by name, and never a value. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_ENV_INVALID';

  /** @param problems - every bad variable, not only the first */
  constructor(readonly problems: readonly EnvProblem[]) {
    const lines = problems.map(({ name, problem }) => `  ${name} ${problem}`);
    super(['The environment is not usable:', ...lines].join('\n'));
    this.name = 'ConfigError';
  }
}

/** What reading the environment gave. */
export interface ParsedEnv {
  readonly env: Env;
  /** Sentences for the log, without values of secrets. */
  readonly warnings: readonly string[];
}

/**
 * Reads the environment by the schema; empty texts count as unset.
 *
 * @throws ConfigError (`CONFIG_ENV_INVALID`) with every bad, missing or misspelt variable at once
 */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): ParsedEnv {
  const { values, problems } = readValues(source);
  problems.push(
    ...findUnknownNames(source).map((name) => ({
      name,
      problem: 'is not a variable of Darwin Timer; is it misspelt?',
    })),
  );
  const faulty = new Set(problems.map(({ name }) => name));
  problems.push(...findBrokenRules(values).filter(({ name }) => !faulty.has(name)));
  if (problems.length > 0) throw new ConfigError(problems);
  const ignored = Object.keys(retired).filter((name) => (source[name] ?? '') !== '');
  const warnings = [...ignored.map((name) => retired[name] ?? name), ...findWarnings(values)];
  return { env: complete(values, namesIn(source)), warnings };
}

function readValues(source: Readonly<Record<string, string | undefined>>): {
  values: Values;
  problems: EnvProblem[];
} {
  const values: Record<string, unknown> = {};
  const problems: EnvProblem[] = [];
  for (const [field, variable] of Object.entries(schema)) {
    const text = (source[variable.name] ?? '').trim();
    values[field] = variable.fallback;
    if (text === '') continue;
    const reading = variable.read(text);
    if ('problem' in reading) problems.push({ name: variable.name, problem: reading.problem });
    else values[field] = reading.value;
  }
  return { values: values as Values, problems };
}

function namesIn(source: Readonly<Record<string, string | undefined>>): string[] {
  const names = Object.values(schema).map(({ name }) => name);
  return names.filter((name) => (source[name] ?? '').trim() !== '');
}

function complete(values: Values, givenNames: readonly string[]): Env {
  const margin = values.timerSettleMarginMs ?? (values.timerSettleCommitment === 'confirmed' ? 15_000 : 2000);
  const instanceId =
    values.instanceId ??
    `${hostname()
      .slice(0, 40)
      .replace(/[^\w.-]/g, '-')}-${randomBytes(4).toString('hex')}`;
  return Object.freeze({ ...values, instanceId, timerSettleMarginMs: margin, givenNames });
}
