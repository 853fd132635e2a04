import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../config/config.module';
import type { Env } from '../config/env';
import { PlatformModule } from '../platform/platform.module';
import { RedisService } from '../platform/redis/redis.service';
import { TimerModule } from '../timer/timer.module';
import { TimerService } from '../timer/timer.service';
import { onServers, readOptions, runCommand } from './command-line';
import { markLost } from './rebuild.command';

const USAGE = `usage: npm run rebuild -- [--timer <id>] [--from-history]

Recovers timers as after a loss of Redis: from the newer of Redis and Postgres, or with --from-history from Postgres
alone. The epoch rises by one, the chain is read again from 150 slots behind the cursors. Running instances may stay.

exit codes: 0 done, 1 failed, 2 asked wrongly`;

/** Only what recovery needs; it reads no chain and ends no round. */
@Module({})
class RebuildModule {
  static forRoot(env: Env): DynamicModule {
    const quiet: Env = { ...env, roles: ['api'] };
    return { module: RebuildModule, imports: [ConfigModule.forRoot(quiet), PlatformModule, TimerModule] };
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, { '--timer': 'value', '--from-history': 'flag' });
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${USAGE}\n`);
    return 2;
  }
  return await onServers((env) =>
    rebuild(env, options.get('--timer') ?? null, options.has('--from-history')),
  );
}

async function rebuild(env: Env, timerId: string | null, isFromHistory: boolean): Promise<number> {
  const before = await withTimers(env, async (timers, redis) => {
    const ids = (await timers.list()).map(({ view }) => view.id);
    const asked = timerId === null ? ids : ids.filter((id) => id === timerId);
    for (const id of asked) await markLost(redis, id, isFromHistory);
    return asked;
  });
  // the start of the room recovers what is lost
  return await withTimers(env, async (timers) => {
    for (const id of before) {
      const snapshot = await timers.current(id);
      if (snapshot === null) continue;
      const { epoch, revision, round, phase, deadlineMs } = snapshot.view;
      process.stdout.write(`${JSON.stringify({ id, epoch, revision, round, phase, deadlineMs })}\n`);
    }
    if (before.length === 0) process.stderr.write('there is no such timer\n');
    return before.length === 0 ? 1 : 0;
  });
}

async function withTimers<Result>(
  env: Env,
  work: (timers: TimerService, redis: RedisService) => Promise<Result>,
): Promise<Result> {
  const app = await NestFactory.createApplicationContext(RebuildModule.forRoot(env), { abortOnError: false });
  try {
    return await work(app.get(TimerService), app.get(RedisService));
  } finally {
    await app.close();
  }
}

runCommand(main(process.argv.slice(2)));
