import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import { ConfigError, parseEnv } from '../config/env';
import type { Env } from '../config/env';
import { AppError } from '../platform/app-error';
import { startServers } from '../platform/embedded/embedded';
import { createLog } from '../platform/logging/logger';
import { PostgresService } from '../platform/postgres/postgres.service';
import { RedisService } from '../platform/redis/redis.service';
import { firstSettings } from './domain/first-settings';
import type { SettingsDocument } from './domain/settings';
import { SettingsCache } from './settings.cache';
import { settingsCommand } from './settings.command';
import type { SettingsPorts } from './settings.command';
import { SettingsError } from './settings.errors';
import { SettingsKeeper } from './settings.keeper';
import { SettingsService } from './settings.service';
import { SettingsStore } from './settings.store';

type Desk = Pick<SettingsPorts, 'read' | 'replace'>;

/** Opens the settings of the deployment that the environment names, for as long as `work` takes. */
async function withDesk(env: Env, work: (desk: Desk) => Promise<number>): Promise<number> {
  const servers = await startServers(env, createLog({ level: 'silent', instance: env.instanceId }));
  const redis = new RedisService({ url: servers.redisUrl, keyPrefix: env.redisKeyPrefix });
  const postgres = new PostgresService(servers.databaseUrl);
  try {
    await postgres.connect();
    const store = new SettingsStore(postgres);
    const keeper = new SettingsKeeper(store, new SettingsCache(redis, env), env);
    const read = async (): Promise<SettingsDocument> => {
      const newest = await store.newest();
      return newest === null ? firstSettings(env) : keeper.recordOf(newest).settings;
    };
    const service = new SettingsService(keeper, store, env);
    return await work({ read, replace: (document, order) => service.replace(document, order) });
  } finally {
    await redis.onApplicationShutdown();
    await postgres.onApplicationShutdown();
    await servers.stop();
  }
}

async function main(): Promise<void> {
  Logger.overrideLogger(['error']);
  if (existsSync('.env')) process.loadEnvFile('.env');
  const { env } = parseEnv(process.env);
  const files = {
    readFile: (path: string) => readFile(path, 'utf8'),
    writeFile: (path: string, text: string) => writeFile(path, text),
    write: (text: string) => process.stdout.write(text),
    explain: (line: string) => process.stderr.write(`${line}\n`),
  };
  process.exitCode = await withDesk(env, (desk) =>
    settingsCommand(process.argv.slice(2), { ...desk, ...files }),
  );
}

function messageOf(err: unknown): string {
  if (err instanceof SettingsError) {
    return 'The settings cannot be read. Is the database reachable, and migrated (npm run migrate)?';
  }
  const hint = err instanceof AppError ? err.context['hint'] : undefined;
  if (typeof hint === 'string') return hint;
  return err instanceof ConfigError || err instanceof Error ? err.message : 'the command failed';
}

main().catch((err: unknown) => {
  process.stderr.write(`${messageOf(err)}\n`);
  process.exitCode = 1;
});
