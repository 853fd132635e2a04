import { join, resolve } from 'node:path';
import type { Env } from '../../config/env';
import type { Secret } from '../../config/secret';
import type { Log } from '../logging/logger';
import type { EmbeddedServer } from './embedded-server';
import type { Machine } from './machine';
import { KeptServer } from './kept-server';
import { startEmbeddedPostgres } from './postgres-server';
import { startEmbeddedRedis } from './redis-server';

/** The two servers of the service: given by the environment, or started by us. */
export interface Servers {
  /** With credentials: a secret. */
  readonly redisUrl: string;
  /** With credentials: a secret. */
  readonly databaseUrl: string;
  /** Stops what was started here and nobody else uses; call it after everything that is connected has closed. */
  stop(): Promise<void>;
}

/**
 * Starts the servers that the environment does not name, each in its own folder under `dataDir`, with its state kept
 * over restarts. A second process in the same `dataDir` shares them; the last one to stop takes them down.
 *
 * @throws EmbeddedError with `context.hint`, the one message a person needs; nothing is left running then
 */
export async function startServers(
  env: Pick<Env, 'dataDir' | 'redisUrl' | 'databaseUrl'>,
  log: Log,
  machine?: Machine,
): Promise<Servers> {
  const dataDir = resolve(env.dataDir);
  const options = (name: string): { folder: string; log: Log; machine?: Machine } => ({
    folder: join(dataDir, name),
    log,
    ...(machine === undefined ? {} : { machine }),
  });
  const starts = await Promise.allSettled([
    env.redisUrl === null
      ? KeptServer.start(() => startEmbeddedRedis(options('redis')), log)
      : Promise.resolve(givenServer(env.redisUrl)),
    env.databaseUrl === null
      ? KeptServer.start(() => startEmbeddedPostgres(options('postgres')), log)
      : Promise.resolve(givenServer(env.databaseUrl)),
  ]);
  const stop = async (): Promise<void> => {
    for (const start of starts) if (start.status === 'fulfilled') await start.value.stop();
  };
  const [redis, postgres] = starts;
  if (redis.status === 'rejected') return giveUp(stop, redis.reason);
  if (postgres.status === 'rejected') return giveUp(stop, postgres.reason);
  return { redisUrl: redis.value.url, databaseUrl: postgres.value.url, stop };
}

function givenServer(url: Secret): Pick<EmbeddedServer, 'url' | 'stop'> {
  return { url: url.reveal(), stop: () => Promise.resolve() };
}

async function giveUp(stop: () => Promise<void>, reason: unknown): Promise<never> {
  await stop();
  throw reason;
}
