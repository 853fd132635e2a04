import { setTimeout as delay } from 'node:timers/promises';
import { Global, Injectable, Module } from '@nestjs/common';
import type { MiddlewareConsumer, NestModule, OnModuleInit } from '@nestjs/common';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { CrossOrigin } from './cors/cross-origin';
import { Drain } from './drain/drain.service';
import { RequestNames } from './logging/request-names';
import { runMigrations } from './postgres/migrate';
import { POSTGRES_READ_URL, PostgresReader } from './postgres/postgres.reader';
import { POSTGRES_URL, PostgresService } from './postgres/postgres.service';
import { REDIS_TARGET, RedisService } from './redis/redis.service';
import type { RedisTarget } from './redis/redis.service';
import { SharedClock } from './redis/shared-clock';
import { AppError } from './app-error';

const ANSWER_WITHIN_MS = 10_000;
const ASK_AGAIN_MS = 300;

/** The boot has to have filled in what the environment left open. */
class PlatformError extends AppError<'PLATFORM_SERVER_MISSING' | 'PLATFORM_SERVER_FAILED'> {}

/** Connects and migrates before any other room looks at the database. */
@Injectable()
export class DatabaseBoot implements OnModuleInit {
  constructor(
    private readonly postgres: PostgresService,
    private readonly redis: RedisService,
  ) {}

  /** @throws PlatformError PLATFORM_SERVER_FAILED when a server does not answer within ten seconds */
  async onModuleInit(): Promise<void> {
    await answered('Postgres', 'DATABASE_URL', () => this.postgres.connect());
    await answered('Redis', 'REDIS_URL', () => this.redis.readTimeMs());
    await runMigrations(this.postgres.dataSource);
  }
}

/** Redis, Postgres, the shared clock and the drain, for every room. */
@Global()
@Module({
  providers: [
    {
      provide: REDIS_TARGET,
      inject: [ENV],
      useFactory: (env: Env): RedisTarget => ({
        url: needed(env.redisUrl?.reveal()),
        keyPrefix: env.redisKeyPrefix,
      }),
    },
    {
      provide: POSTGRES_URL,
      inject: [ENV],
      useFactory: (env: Env): string => needed(env.databaseUrl?.reveal()),
    },
    {
      provide: POSTGRES_READ_URL,
      inject: [ENV],
      useFactory: (env: Env): string => needed((env.databaseReadUrl ?? env.databaseUrl)?.reveal()),
    },
    RedisService,
    SharedClock,
    PostgresService,
    PostgresReader,
    DatabaseBoot,
    Drain,
  ],
  exports: [RedisService, SharedClock, PostgresService, PostgresReader, Drain],
})
export class PlatformModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(RequestNames, CrossOrigin).forRoutes('{*path}');
  }
}

async function answered(server: string, variable: string, ask: () => Promise<unknown>): Promise<void> {
  const giveUpAt = performance.now() + ANSWER_WITHIN_MS;
  for (;;) {
    try {
      await ask();
      return;
    } catch (cause) {
      if (performance.now() > giveUpAt) {
        const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
        const hint = `${server} cannot be reached (${why}). Is it running, and is ${variable} right?`;
        throw new PlatformError('PLATFORM_SERVER_FAILED', { hint }, { cause });
      }
      await delay(ASK_AGAIN_MS);
    }
  }
}

function needed(url: string | undefined): string {
  if (url === undefined) throw new PlatformError('PLATFORM_SERVER_MISSING');
  return url;
}
