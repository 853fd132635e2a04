import { existsSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { ConfigError, parseEnv } from '../config/env';
import type { Env } from '../config/env';
import { AppError } from '../platform/app-error';
import { Secret } from '../config/secret';
import { startServers } from '../platform/embedded/embedded';
import { createLog } from '../platform/logging/logger';

/** Options of a command by their names; a sentence where they are wrong. `true` stands for options without a value. */
export function readOptions(
  argv: readonly string[],
  known: Readonly<Record<string, 'value' | 'flag'>>,
): ReadonlyMap<string, string> | string {
  const options = new Map<string, string>();
  const rest = [...argv];
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) return `unknown argument ${name}`;
    const value = kind === 'flag' ? 'true' : rest.shift();
    if (value === undefined) return `${name} needs a value`;
    options.set(name, value);
  }
  return options;
}

/** Runs `work` on the servers of the deployment that the environment names; they are stopped if this started them. */
export async function onServers(work: (env: Env) => Promise<number>): Promise<number> {
  Logger.overrideLogger(['error']);
  if (existsSync('.env')) process.loadEnvFile('.env');
  const { env } = parseEnv(process.env);
  const servers = await startServers(env, createLog({ level: 'silent', instance: env.instanceId }));
  try {
    const redisUrl = new Secret(servers.redisUrl);
    const databaseUrl = new Secret(servers.databaseUrl);
    return await work({ ...env, redisUrl, databaseUrl });
  } finally {
    await servers.stop();
  }
}

/** Ends the process with the command's exit code; 1 and one line where it failed. */
export function runCommand(command: Promise<number>): void {
  command.then(
    (code) => {
      process.exitCode = code;
    },
    (err: unknown) => {
      process.stderr.write(`${sentenceOf(err)}\n`);
      process.exitCode = 1;
    },
  );
}

function sentenceOf(err: unknown): string {
  if (err instanceof AppError) {
    const hint = err.context['hint'];
    return typeof hint === 'string' ? hint : `${String(err.code)} ${JSON.stringify(err.context)}`;
  }
  return err instanceof ConfigError || err instanceof Error ? err.message : 'the command failed';
}
