import { Injectable } from '@nestjs/common';
import { PostgresService } from '../../platform/postgres/postgres.service';
import { RedisService } from '../../platform/redis/redis.service';
import type { ServerStatus } from '../domain/status';

const ANSWER_WITHIN_MS = 1_000;

/** Asks the servers that the service stands on for a sign of life. Nothing here throws. */
@Injectable()
export class ServerProbes {
  constructor(
    private readonly redisServer: RedisService,
    private readonly database: PostgresService,
  ) {}

  async redis(): Promise<ServerStatus> {
    return await probe(() => this.redisServer.commands.ping());
  }

  async postgres(): Promise<ServerStatus> {
    return await probe(() => this.database.query('select 1'));
  }
}

async function probe(ask: () => Promise<unknown>): Promise<ServerStatus> {
  const startedAtMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, ANSWER_WITHIN_MS, 'late');
  });
  try {
    const answer = await Promise.race([ask(), late]);
    if (answer === 'late') return { health: 'unhealthy', latencyMs: null, problem: 'no answer in time' };
    return { health: 'healthy', latencyMs: Math.round(performance.now() - startedAtMs), problem: null };
  } catch {
    return { health: 'unhealthy', latencyMs: null, problem: 'cannot be used' };
  } finally {
    clearTimeout(timer);
  }
}
