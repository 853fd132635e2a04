import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { boot, BootAborted } from './app/boot';
import { greeting } from './app/greeting';
import { speakLastWords } from './app/last-words';
import { AlertService } from './alerts/alert.service';
import { ConfigError, parseEnv } from './config/env';
import { AppError } from './platform/app-error';
import { createLog } from './platform/logging/logger';
import type { Log } from './platform/logging/logger';

/** A second signal within this time is the first one again. */
const IMPATIENT_AFTER_MS = 2_000;

/** Reads the environment, starts the service, and stops it on SIGINT and SIGTERM. */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const { env, warnings } = parseEnv(process.env);
  const log = createLog({ level: env.logLevel, instance: env.instanceId });
  for (const warning of warnings) log.warn({ warning }, 'environment warned');
  const stopping = onSignal(log);
  const service = await boot(env, log, stopping);
  const alerts = service.app.get(AlertService, { strict: false });
  speakLastWords(process, {
    log,
    tell: () => alerts.lookNow(),
    end: async () => {
      await service.stop();
      process.exit(1);
    },
  });
  if (!stopping.aborted) {
    process.stderr.write(greeting(service, env));
    await once(stopping, 'abort');
    await service.drain();
  }
  await service.stop();
  log.info({}, 'service stopped');
  process.exit(0);
}

/** Aborts at the first SIGINT or SIGTERM; one that comes well after it ends the process, whatever hangs. */
function onSignal(log: Log): AbortSignal {
  const controller = new AbortController();
  let firstAt = Infinity;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // npm hands on what the terminal has sent to the whole group already: the same wish twice
      if (performance.now() - firstAt > IMPATIENT_AFTER_MS) process.exit(1);
      if (controller.signal.aborted) return;
      firstAt = performance.now();
      log.info({ signal: name }, 'stop requested');
      controller.abort();
    });
  }
  return controller.signal;
}

function fail(err: unknown): void {
  if (err instanceof BootAborted) process.exit(0);
  process.stderr.write(`${messageOf(err)}\n`);
  process.exit(1);
}

function messageOf(err: unknown): string {
  if (err instanceof ConfigError) return err.message;
  if (!(err instanceof AppError))
    return err instanceof Error ? (err.stack ?? err.message) : 'the start failed';
  const hint = err.context['hint'];
  const code = typeof err.code === 'string' ? err.code : '';
  return typeof hint === 'string' ? `${hint} (${code})` : `${code} ${JSON.stringify(err.context)}`;
}

main().catch(fail);
