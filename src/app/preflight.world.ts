import { ConfigError, parseEnv } from '../config/env';
import type { Env } from '../config/env';
import type { EnvProblem } from '../config/env.rules';
import type { Authorities } from './operator/address';

/** What a deployment is going to run with. */
export interface PreflightWorld {
  readonly source: Readonly<Record<string, string | undefined>>;
  /** Public address; null where it was not given. */
  readonly url: string | null;
  /** Endpoint of Helius without the key. */
  readonly heliusRpcUrl: string;
  readonly authorities: Authorities;
}

/** The environment as production reads it. */
export interface ReadEnvironment {
  /** With what could be read; a variable that is wrong counts as unset. */
  readonly env: Env;
  readonly problems: readonly EnvProblem[];
  readonly warnings: readonly string[];
}

/** Reads the variables by production's rules, however the service that checks them is run itself. */
export function readEnvironment(source: PreflightWorld['source']): ReadEnvironment {
  try {
    return { ...parseEnv({ ...source, NODE_ENV: 'production' }), problems: [] };
  } catch (err) {
    if (!(err instanceof ConfigError)) throw err;
    const wrong = new Set(err.problems.map(({ name }) => name));
    const rest = Object.fromEntries(Object.entries(source).filter(([name]) => !wrong.has(name)));
    return { ...parseEnv({ ...rest, NODE_ENV: 'development' }), problems: err.problems };
  }
}
