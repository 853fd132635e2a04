import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../app.module';
import type { Env } from '../config/env';
import { Secret } from '../config/secret';
import { startDemoProcess } from '../demo/demo-process';
import type { DemoProcess } from '../demo/demo-process';
import { Drain } from '../platform/drain/drain.service';
import { startServers } from '../platform/embedded/embedded';
import { NestLogger } from '../platform/logging/logger';
import type { Log } from '../platform/logging/logger';
import { CHAIN_OFF, chainTargetOf, demoTarget } from '../solana/domain/chain-target';
import type { ChainTarget } from '../solana/domain/chain-target';
import { findAdminSecret } from './admin-secret';
import { GRAPHQL_BODY_LIMIT, isGraphqlJson, refuseLargeBodies } from './body-limit';
import { assertPortFree } from './port';

/** A failed start is thrown to the caller, who tells it; bodies are parsed where they are wanted. */
const bootOptions = { abortOnError: false, bodyParser: false, bufferLogs: true };
/** No step of stopping may keep the others from running. */
const STOP_LIMIT_MS = 15_000;
/** Longer than the proxies in front keep an idle connection, so that none sends into one that is just being closed. */
const KEEP_ALIVE_MS = 75_000;
/** Within this a request has to have come, with its body; answers may take longer. */
const REQUEST_WITHIN_MS = 30_000;

/** The service as it runs. */
export interface RunningService {
  readonly app: INestApplication;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Set where the boot made the secret itself; then a person has to be told. */
  readonly madeSecret: string | null;
  readonly chain: ChainTarget;
  /** Hands over what it holds while it still serves: not ready, lease, sockets, streams. */
  drain(): Promise<void>;
  /** Stops everything in order: the service, then what was started for it. */
  stop(): Promise<void>;
}

/**
 * Starts what the environment leaves open (servers, demo chain, admin secret), then the service itself.
 *
 * @param signal - breaks the start off
 * @throws BootAborted after `signal`; EmbeddedError, DemoError, PortError: their hint is the one message that a person needs; nothing is left
 *   running then
 */
export async function boot(env: Env, log: Log, signal: AbortSignal): Promise<RunningService> {
  await assertPortFree(env.port);
  const steps: StopStep[] = [];
  const stop = async (): Promise<void> => {
    for (const step of steps.splice(0).reverse()) await within(STOP_LIMIT_MS, step);
  };
  const aborted = once(signal, 'abort').then(() => {
    throw new BootAborted('the start was broken off by a signal');
  });
  try {
    return { ...(await Promise.race([start(env, log, steps), aborted])), stop };
  } catch (err) {
    await stop();
    throw err;
  }
}

/** The start was broken off by a signal; everything that it had started is stopped. */
export class BootAborted extends Error {}

type StopStep = () => Promise<void>;

async function start(env: Env, log: Log, steps: StopStep[]): Promise<Omit<RunningService, 'stop'>> {
  const servers = await startServers(env, log);
  steps.push(() => servers.stop());
  const secret = await findAdminSecret(env);
  const chain = await findChain(env, log);
  if (chain.process !== null) {
    const { process: demo } = chain;
    steps.push(() => demo.stop());
  }
  steps.push(await startTraces(env, log));
  const complete: Env = Object.freeze({
    ...env,
    redisUrl: new Secret(servers.redisUrl),
    databaseUrl: new Secret(servers.databaseUrl),
    adminSecret: new Secret(secret.text),
  });
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(complete, chain.target),
    bootOptions,
  );
  app.useLogger(new NestLogger(log));
  app.disable('x-powered-by');
  steps.push(() => app.close());
  const drain = app.get(Drain);
  app.use(leaveWhile(drain));
  // GraphQL alone takes parsed bodies; the webhook receiver reads its own, which may be larger
  app.use(refuseLargeBodies);
  app.useBodyParser('json', { limit: GRAPHQL_BODY_LIMIT, type: isGraphqlJson });
  const server = app.getHttpServer();
  server.requestTimeout = REQUEST_WITHIN_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await app.listen(env.port);
  const url = `http://127.0.0.1:${new URL(await app.getUrl()).port}`;
  const madeSecret = secret.isMade ? secret.text : null;
  return { app, url, madeSecret, chain: chain.target, drain: () => drain.run() };
}

/** Loads what makes traces only where they are wanted. @returns ends them */
async function startTraces(env: Env, log: Log): Promise<StopStep> {
  const endpoint = env.otelExporterOtlpEndpoint?.reveal();
  if (endpoint === undefined) return () => Promise.resolve();
  const { startTracer } = await import('../platform/tracing/otel.tracer.js');
  return startTracer({ endpoint, instance: env.instanceId, log });
}

/** Asks clients that keep connections to take another one, which a balancer will lead elsewhere. */
function leaveWhile(drain: Pick<Drain, 'isDraining'>) {
  return (_request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    if (drain.isDraining) response.setHeader('connection', 'close');
    next();
  };
}

async function within(limitMs: number, step: StopStep): Promise<void> {
  const controller = new AbortController();
  const limit = delay(limitMs, undefined, { signal: controller.signal }).catch(() => undefined);
  await Promise.race([step().catch(() => undefined), limit]);
  controller.abort();
}

/** The chain that the environment names; outside production the demo chain where it names none. */
export async function findChain(
  env: Env,
  log: Log,
): Promise<{ target: ChainTarget; process: DemoProcess | null }> {
  const given = chainTargetOf(env);
  if (given !== null) return { target: given, process: null };
  if (!env.chainReadingEnabled || env.nodeEnv === 'production') return { target: CHAIN_OFF, process: null };
  const folder = join(resolve(env.dataDir), 'demo');
  const demo = await startDemoProcess({ folder, mint: env.tokenAddress, log });
  return { target: demoTarget(demo.url, () => demo.sentence()), process: demo };
}
