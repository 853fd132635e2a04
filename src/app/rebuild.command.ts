import type { RedisService } from '../platform/redis/redis.service';
import { timerKeys } from '../timer/domain/timer.keys';

/** Stands where the run id of the server stands that wrote a state last; it is none. */
const NO_SERVER = 'rebuild';

/**
 * Lets a timer look as after a loss, so that it is recovered before anything is written: from the newer of Redis and
 * Postgres, or from Postgres alone. Nothing else may write it in between, whoever recovers it.
 *
 * @param isFromHistory - forget what Redis holds
 */
export async function markLost(redis: RedisService, timerId: string, isFromHistory: boolean): Promise<void> {
  const { state, tail, counted, cursors } = timerKeys(redis.keyPrefix, timerId);
  if (isFromHistory) await redis.commands.del(state, tail, counted, cursors);
  else if ((await redis.commands.hexists(state, 'doc')) === 1)
    await redis.commands.hset(state, 'run', NO_SERVER);
}
