import { existsSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { ConfigError, parseEnv } from '../config/env';
import type { Env } from '../config/env';
import { AppError } from '../platform/app-error';
import { startServers } from '../platform/embedded/embedded';
import { createLog } from '../platform/logging/logger';
import { runMigrations } from '../platform/postgres/migrate';
import { PostgresService } from '../platform/postgres/postgres.service';
import { BACKFILL_USAGE, readOrder } from './backfill.arguments';
import type { BackfillOrder } from './backfill.arguments';
import { backfill } from './backfill.command';
import { findChain } from './boot';

const INTERRUPTED = 130;

/** Opens database and chain of the deployment that the environment names, and fills its history. */
async function fill(order: BackfillOrder, env: Env, signal: AbortSignal): Promise<number> {
  const log = createLog({ level: 'silent', instance: env.instanceId });
  const servers = await startServers(env, log);
  const postgres = new PostgresService(servers.databaseUrl);
  const chain = await findChain(env, log);
  try {
    await postgres.connect();
    await runMigrations(postgres.dataSource);
    const summary = await backfill(order, { postgres, target: chain.target, out: process.stderr, signal });
    process.stdout.write(`${JSON.stringify(summary)}\n`);
    return summary.missing === 0 ? 0 : 3;
  } finally {
    await postgres.onApplicationShutdown();
    await chain.process?.stop();
    await servers.stop();
  }
}

async function main(): Promise<number> {
  const order = readOrder(process.argv.slice(2));
  if (typeof order === 'string') {
    process.stderr.write(`${order}\n\n${BACKFILL_USAGE}\n`);
    return 2;
  }
  Logger.overrideLogger(['error']);
  if (existsSync('.env')) process.loadEnvFile('.env');
  const { env } = parseEnv(process.env);
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  try {
    return await fill(order, env, stop.signal);
  } catch (err) {
    if (!stop.signal.aborted) throw err;
    process.stderr.write('interrupted; the same command goes on where it was\n');
    return INTERRUPTED;
  }
}

function explain(err: unknown): string {
  if (err instanceof AppError) return `${String(err.code)} ${JSON.stringify(err.context)}`;
  return err instanceof ConfigError || err instanceof Error ? err.message : 'the backfill failed';
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (err: unknown) => {
    process.stderr.write(`${explain(err)}\n`);
    process.exitCode = 1;
  },
);
